import type { Json } from '@tabwright/protocol'

/** What a worker or relay says of itself or of a failure, on one line: no tab, line break or escape of the terminal comes out of it. */
export function plain(said: Json | undefined): string {
  return typeof said === 'string' ? said.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim() : ''
}

/** JSON that reads back as the same value. Escapes of its own cover U+0000–U+001F; the rest that a terminal obeys is escaped here. */
export function printed(value: Json, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, escapeOf)
}

function escapeOf(one: string): string {
  return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
}
