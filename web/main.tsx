import { createRoot } from 'react-dom/client';
import './tokens.css';
import './app.css';
import { App } from './components/App.tsx';
import { loadScenarios, openUrl, savedTheme, setTheme } from './state/actions.ts';
import { type TestApi, testApi } from './state/testApi.ts';

declare global {
  interface Window {
    orrery: TestApi;
  }
}

window.orrery = testApi;
setTheme(savedTheme());
createRoot(document.getElementById('root') as HTMLElement).render(<App />);

const recording = new URLSearchParams(location.search).get('recording');
void (recording === null ? loadScenarios() : openUrl(recording).then(loadScenarios));
