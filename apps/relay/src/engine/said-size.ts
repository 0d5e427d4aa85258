/** Why what a worker says of a function, a type or a binding is not taken, where it is larger than lists could show. */
export function sizeRefusal(
  name: string,
  said: readonly (string | boolean | number | object | null | undefined)[],
  most: number,
): string | undefined {
  const bytes = said.reduce((sum: number, one) => sum + (one === undefined || one === null ? 0 : Buffer.byteLength(JSON.stringify(one))), 0)
  if (bytes <= most) return undefined
  return `${name.slice(0, 200)} was not taken: its schemas, config and metadata have ${bytes} bytes, and ${most} is the most. What is as large as that belongs into a call or a channel.`
}
