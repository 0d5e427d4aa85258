import { isJsonObject, parseJson, type CallRow, type Row } from '@tabwright/protocol'

/** An edit of the agent's that is in its file. */
export interface DoneEdit {
  /** Of the call; the same edit is the same key. */
  readonly key: string
  readonly path: string
  /** What it put there; undefined where the whole file is new. */
  readonly text: string | undefined
}

/** The newest edit that the agent made to a file, in the rows of a conversation. */
export function newestEdit(rows: readonly Row[]): DoneEdit | undefined {
  const row = rows.findLast((one): one is CallRow => one.type === 'call' && isEdit(one))
  if (row === undefined) return undefined
  const input = parseJson(row.input)
  const path = pathOf(row)
  if (path === undefined || !isJsonObject(input)) return undefined
  const text = input['new_text']
  return { key: row.key, path, text: typeof text === 'string' && text.trim() !== '' ? text : undefined }
}

const isEdit = ({ name, state }: CallRow): boolean => (name === 'edit_file' || name === 'write_file') && state === 'done'

function pathOf({ outcome }: CallRow): string | undefined {
  return outcome?.type === 'done' ? outcome.detail?.files?.at(-1)?.path : undefined
}

/** The line on which the edit begins in the file as it is now; the first where it is not found. */
export function lineOfEdit(content: string, { text }: Pick<DoneEdit, 'text'>): number {
  const at = text === undefined ? -1 : content.indexOf(text)
  return at < 0 ? 1 : content.slice(0, at).split('\n').length
}
