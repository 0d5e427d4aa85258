/** Whether a text has more bytes on the wire. Most are far from it: whatever fits at three bytes a unit need not be counted. */
export function isLarger(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes
}
