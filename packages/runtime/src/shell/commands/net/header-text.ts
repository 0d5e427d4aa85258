import { bytesOf } from '../../text'

/** A header's text as it goes out: one character for each of its bytes. */
export function headerText(text: string): string {
  let bytes = ''
  for (const byte of bytesOf(text)) bytes += String.fromCharCode(byte)
  return bytes
}
