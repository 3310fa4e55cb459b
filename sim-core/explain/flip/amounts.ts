import { milliQuantityText, milliValue, quantityText, value } from '../../api/machinery/quantity.ts';

const MIB = 1024 * 1024;

/** The grid on which amounts of a resource are changed: whole milli-cores, whole MiB, whole units. */
export function stepOf(resource: string): number {
  return isBytes(resource) ? MIB : 1;
}

function isBytes(resource: string): boolean {
  return resource === 'memory' || resource === 'ephemeral-storage' || resource.startsWith('hugepages-');
}

export function roundDown(resource: string, amount: number): number {
  const step = stepOf(resource);
  return Math.floor(amount / step) * step;
}

export function roundUp(resource: string, amount: number): number {
  const step = stepOf(resource);
  return Math.ceil(amount / step) * step;
}

export function quantityOf(resource: string, amount: number): string {
  if (resource === 'cpu') return milliQuantityText(amount);
  return quantityText(amount, isBytes(resource) ? 'BinarySI' : 'DecimalSI');
}

export function amountIn(resource: string, quantity: string | number): number {
  return resource === 'cpu' ? milliValue(quantity) : value(quantity);
}
