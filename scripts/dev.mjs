import { checkNode, installPackages, run } from './setup.mjs';

checkNode();
installPackages();
process.exit(run('npx', ['vite', '--config', 'vite.config.ts']).status ?? 1);
