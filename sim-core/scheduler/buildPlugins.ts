import type { UserPlugin } from './framework/userPlugins.ts';

/**
 * Plugins that are compiled into the command and the page, for configurations to enable by name: import the module here and
 * build anew. `file` and `hash` tell it apart in messages and recordings. See docs/plugins.md.
 */
export const BUILD_PLUGINS: readonly UserPlugin[] = [];
