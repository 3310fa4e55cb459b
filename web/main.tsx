import { createRoot } from 'react-dom/client';
import './tokens.css';
import './app.css';
import { App } from './components/App.tsx';
import { inlineRecording } from './inline.ts';
import { loadScenarios, openBytes, openUrl, savedTheme, setTheme } from './state/actions.ts';
import { type TestApi, testApi } from './state/testApi.ts';

declare global {
  interface Window {
    orrery: TestApi;
  }
}

window.orrery = testApi;
setTheme(savedTheme());
createRoot(document.getElementById('root') as HTMLElement).render(<App />);

const inline = inlineRecording();
const recording = new URLSearchParams(location.search).get('recording');
if (inline !== undefined) void openBytes(inline).then(loadScenarios);
else void (recording === null ? loadScenarios() : openUrl(recording).then(loadScenarios));
