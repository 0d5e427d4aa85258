import { FailureError, type OutcomeDetail, type WorkspaceDraft } from '@tabwright/protocol'
import type { TextCodec } from './ports'

/** What the model reads of one result at most, in characters. Source: harness.md F18 (30,000 inline). */
export const MAX_RESULT = 30_000
const HEAD = 20_000
const TAIL = 8_000
/** Where full outputs live: inside the workspace so that `read_file` can page them, outside of what is reviewed. */
export const OUTPUT_FOLDER = '.tabwright/output'

export interface Shortened {
  readonly text: string
  readonly detail?: OutcomeDetail
}

/** What a secret that begins right at the cut may reach over it. */
const MARGIN = 2_000
const startOf = (text: string): string => text.slice(0, cut(text, Math.min(HEAD, text.length)))
const endOf = (text: string): string => text.slice(cut(text, Math.max(0, text.length - TAIL)))

interface Shortening {
  readonly call: string
  readonly files: WorkspaceDraft
  readonly codec: TextCodec
  /** Takes out what nobody may read there. The whole output stays in the workspace, where it came from. */
  readonly clean: (text: string) => string
}

/** Shortens a result before its first send: head, tail and a path to the whole. What was sent is never shortened later. */
export function shorten(result: Shortened, { call, files, codec, clean }: Shortening): Shortened {
  const text = wellFormed(result.text)
  if (text.length <= MAX_RESULT) return { ...result, text: clean(text) }
  const path = `${OUTPUT_FOLDER}/${call.replaceAll(/[^A-Za-z0-9_-]/g, '_')}.txt`
  const stored = store(path, codec.encode(text), files)
  const head = startOf(clean(text.slice(0, cut(text, HEAD + MARGIN))))
  const tail = endOf(clean(text.slice(cut(text, text.length - TAIL - MARGIN))))
  const left = Math.max(0, text.length - head.length - tail.length)
  const where = stored
    ? `The whole output (${text.length} characters) is in ${path}; read_file can page it.`
    : 'The whole output could not be stored.'
  const note = `\n\n[${left} characters left out here. ${where}]\n\n`
  return { text: head + note + tail, detail: { ...result.detail, ...(stored && { full: path }) } }
}

/** False where the workspace has no room or another file stands in the way: the result is shortened all the same. */
function store(path: string, bytes: Uint8Array, files: WorkspaceDraft): boolean {
  try {
    files.write(path, bytes)
    return true
  } catch (error) {
    if (error instanceof FailureError) return false
    throw error
  }
}

/** Never between the halves of a surrogate pair. */
function cut(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}

/** Lone surrogates cannot be sent as UTF-8. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}
