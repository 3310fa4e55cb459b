/** Parts that a self-contained file carries in `<script type="text/plain">` elements instead of fetching them. */
const RECORDING = 'orrery-recording';
const ENGINE = 'orrery-engine';

function bytesOf(id: string): Uint8Array<ArrayBuffer> | undefined {
  const base64 = document.getElementById(id)?.textContent;
  return base64 == null || base64 === '' ? undefined : Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/** The recording inside the file, if there is one. */
export function inlineRecording(): Uint8Array<ArrayBuffer> | undefined {
  return bytesOf(RECORDING);
}

/** Address of the worker's program inside the file, if it is there. */
export function inlineEngineUrl(): string | undefined {
  const program = bytesOf(ENGINE);
  return program === undefined ? undefined : URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
}
