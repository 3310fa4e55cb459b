/** A dropped folder of this many files is a mistake. */
const FILES_MAX = 5_000;

type Files = [string, Uint8Array][];

/** Files of a drop with their paths, folders walked. Hidden files and node_modules stay out. */
export async function droppedFiles(transfer: DataTransfer): Promise<Files> {
  // Items are gone after the first wait.
  const items = Array.from(transfer.items, (item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files: Files = [];
  for (const { entry, file } of items) {
    if (entry !== null) await walk(entry, '', files);
    else if (file !== null) files.push([file.name, new Uint8Array(await file.arrayBuffer())]);
  }
  return files;
}

async function walk(entry: FileSystemEntry, prefix: string, into: Files): Promise<void> {
  if (entry.name.startsWith('.') || entry.name === 'node_modules' || into.length >= FILES_MAX) return;
  const path = prefix + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    into.push([path, new Uint8Array(await file.arrayBuffer())]);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives its entries in parts, the last of them empty.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const child of part) await walk(child, `${path}/`, into);
  }
}
