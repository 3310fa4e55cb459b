import { t } from '../i18n/index.ts';
import { useApp } from './store.ts';

/** More would leave no room for the lanes that are not pinned. */
export const PINS_MAX = 8;

/** Pins a lane to the top, or lets it go. */
export function togglePin(key: string): void {
  const { pins } = useApp.getState();
  if (pins.includes(key)) {
    useApp.setState({ pins: pins.filter((pin) => pin !== key), said: t('pins.off', { name: nameOfPin(key) }) });
    return;
  }
  if (pins.length >= PINS_MAX) {
    useApp.setState({ said: t('pins.full', { n: PINS_MAX }) });
    return;
  }
  useApp.setState({ pins: [...pins, key], said: t('pins.on', { name: nameOfPin(key) }) });
}

/** `web-1` of `pods/shop/web-1`. */
export const nameOfPin = (key: string): string => key.slice(Math.max(key.lastIndexOf('/'), key.indexOf(':')) + 1);
