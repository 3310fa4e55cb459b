import { createRoot } from 'react-dom/client';
import './tokens.css';
import './app.css';
import { App } from './components/App.tsx';
import { setLang, wantedLang } from './i18n/index.ts';
import { inlineRecording } from './inline.ts';
import { loadScenarios, openBytes, openUrl } from './state/actions.ts';
import { keepAddress } from './state/address.ts';
import { openLink } from './state/link.ts';
import { restoreSettings, setTab } from './state/settings.ts';
import { type TestApi, testApi } from './state/testApi.ts';
import { reach } from './state/time.ts';

declare global {
  interface Window {
    orrery: TestApi;
  }
}

async function begin(): Promise<void> {
  restoreSettings();
  await setLang(wantedLang());
  createRoot(document.getElementById('root') as HTMLElement).render(<App />);
  window.orrery = testApi;
  const inline = inlineRecording();
  if (inline !== undefined) {
    // Inside a report there is no address to keep the state in.
    await openBytes(inline);
    // The report around the page sends moments.
    addEventListener('message', ({ source, data }) => {
      const us = (data as { orreryMoment?: unknown } | null)?.orreryMoment;
      if (source !== parent || typeof us !== 'number' || !Number.isFinite(us)) return;
      setTab('timeline');
      reach(us);
    });
    return loadScenarios();
  }
  keepAddress();
  const recording = new URLSearchParams(location.search).get('recording');
  if (recording !== null) await openUrl(recording);
  else if (await openLink(location.hash)) return;
  await loadScenarios();
}

void begin();
