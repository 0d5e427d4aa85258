import { base64Of, bytesOf } from '../../packages/runtime/src/hands/remote/base64'

const BYTES = '$bytes'

/** A message between a session and its container as text: Playwright carries no bytes. */
export function textOfMessage(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => (value instanceof Uint8Array ? { [BYTES]: base64Of(value) } : value))
}

/** The message of a text that {@link textOfMessage} made; whoever takes it parses it. */
export function readMessage(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !(BYTES in value)) return value
    return bytesOf(String(value[BYTES]))
  })
}
