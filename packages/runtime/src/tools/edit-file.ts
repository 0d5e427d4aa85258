import { fail } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'
import { noteSeen } from './seen'

const input = z.strictObject({
  path: z.string().check(z.describe('Path relative to the workspace root')),
  old_text: z.string().check(z.minLength(1), z.describe('Exact text to replace, without line numbers; must occur exactly once')),
  new_text: z.string().check(z.describe('What takes its place')),
})

export const editFile: Tool = {
  spec: {
    name: 'edit_file',
    description: 'Replace one exact piece of text in a file. The piece must occur exactly once: include enough lines around it.',
    input: inputSchema(input),
    effect: 'tx',
    readOnly: false,
  },
  run: async (raw, { files, text, seen }) => {
    const { path, old_text: oldText, new_text: newText } = parseInput(input, raw)
    const before = files.stat(path)
    const content = text.decode(await files.read(path))
    if (content === undefined) return fail('bad_input', `${path} is a binary file; it cannot be edited as text.`)
    const edited = replaceOnce({ path, content, oldText, newText })
    files.write(path, text.encode(edited), before ? { base: seen.get(before.path) ?? before.version, mode: before.mode } : {})
    noteSeen(files, seen, path)
    const line = edited.slice(0, edited.indexOf(newText) + 1).split('\n').length
    return { text: `Edited ${path} (near line ${line}).` }
  },
}

/** Models write `\n`; a file that uses CRLF throughout is matched and written in its own line ends. */
function replaceOnce(edit: { path: string; content: string; oldText: string; newText: string }): string {
  const { path, content } = edit
  const crlf = content.includes('\r\n') && !/(?<!\r)\n/.test(content)
  const native = (text: string): string => (crlf ? text.replaceAll(/\r?\n/g, '\r\n') : text)
  const [oldText, newText] = [native(edit.oldText), native(edit.newText)]
  if (oldText === newText) return fail('bad_input', 'old_text and new_text are the same; nothing to change.')
  const at = content.indexOf(oldText)
  if (at < 0)
    return fail(
      'bad_input',
      `old_text does not occur in ${path}.${nearest(content, edit.oldText)} Read the file again and copy the text exactly.`,
    )
  if (content.indexOf(oldText, at + 1) >= 0)
    return fail('bad_input', `old_text occurs more than once in ${path}; include more lines around it.`)
  return content.slice(0, at) + newText + content.slice(at + oldText.length)
}

/** Where the first non-blank line of the text does occur, to save the model a search. */
function nearest(content: string, oldText: string): string {
  const wanted = oldText
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim()
  const lines = content.split('\n')
  const found = wanted === undefined ? -1 : lines.findIndex((line) => line.trim() === wanted)
  return found < 0 ? '' : ` Its first line is at line ${found + 1}, but what follows or the white space differs.`
}
