import { CommandError } from '../command'
import { curly } from '../text/quotes'
import { textTool, usageError, type Tool } from '../text/tool'
import { FsError } from '../../tree/fs-error'
import { folderName, joinPath, lookAt, lookFor, why } from './look'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const TRIES = 1000

function randomName(tool: Tool, count: number): string {
  return [...tool.call.system.random(new Uint8Array(count))].map((byte) => LETTERS.charAt(byte % LETTERS.length)).join('')
}

interface Template {
  readonly head: string
  readonly count: number
  readonly tail: string
}

function templateOf(text: string, suffix: string | undefined): Template {
  const at = suffix === undefined ? text.lastIndexOf('X') + 1 : text.length
  if (suffix !== undefined && !text.endsWith('X')) throw new CommandError(`with --suffix, template ${curly(text)} must end in X`)
  const head = text.slice(0, at).replace(/X+$/, '')
  const count = at - head.length
  const tail = suffix ?? text.slice(at)
  if (tail.includes('/')) throw new CommandError(`invalid suffix ${curly(tail)}, contains directory separator`)
  if (count < 3) throw new CommandError(`too few X's in template ${curly(text)}`)
  return { head, count, tail }
}

/** Where it goes: the template as it is, or below a folder for such things. */
function placeOf(tool: Tool, template: string | undefined): string | undefined {
  const { options, call } = tool
  const temporary = call.env.get('TMPDIR')
  const fallback = temporary === undefined || temporary === '' ? '/tmp' : temporary
  const told = options.value('tmpdir')
  if (options.has('legacy')) return temporary === undefined || temporary === '' ? (told ?? '/tmp') : temporary
  if (options.has('tmpdir')) return told === undefined || told === '' ? fallback : told
  return template === undefined ? fallback : undefined
}

function make(tool: Tool, template: Template): string {
  const { call, options } = tool
  const { tree } = call.system
  for (let i = 0; i < TRIES; i++) {
    const path = template.head + randomName(tool, template.count) + template.tail
    if (lookFor(call, path, false) !== undefined) continue
    if (lookAt(call, folderName(path)).type !== 'folder') throw new FsError('ENOTDIR', 'mkdir', path)
    if (options.has('dry-run')) return path
    if (options.has('directory')) {
      tree.mkdir(call.at(path))
      tree.chmod(call.at(path), 0o700)
    } else tree.writeFile(call.at(path), new Uint8Array(), 0o600)
    return path
  }
  throw new FsError('EEXIST', 'mkdir')
}

/** Makes a file or folder with a name that nothing else has. */
export const mktempCommand = textTool({
  name: 'mktemp',
  summary: 'makes a file, or with -d a folder, of a random name and prints it',
  usage: '[OPTION]... [TEMPLATE]',
  shape: {
    options: [
      { key: 'directory', short: 'd', long: ['directory'] },
      { key: 'tmpdir', short: 'p', value: 'required' },
      { key: 'tmpdir', long: ['tmpdir'], value: 'optional' },
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'suffix', long: ['suffix'], value: 'required' },
      { key: 'legacy', short: 't' },
      { key: 'dry-run', short: 'u', long: ['dry-run'] },
    ],
  },
  run: (tool) => {
    const { operands, options } = tool
    const [text, extra] = operands
    if (extra !== undefined) usageError('too many templates')
    const folder = placeOf(tool, text)
    if (folder !== undefined && text?.startsWith('/'))
      throw new CommandError(
        options.has('legacy')
          ? `invalid template, ${curly(text)}, contains directory separator`
          : `invalid template, ${curly(text)}; with --tmpdir, it may not be absolute`,
      )
    const template = templateOf(text ?? 'tmp.XXXXXXXXXX', options.value('suffix'))
    const shown = folder === undefined ? template : { ...template, head: joinPath(folder, template.head) }
    try {
      tool.out.putText(`${make(tool, shown)}\n`)
    } catch (thrown) {
      const what = options.has('directory') ? 'directory' : 'file'
      const message = `failed to create ${what} via template ${curly(`${shown.head}${'X'.repeat(shown.count)}${shown.tail}`)}: ${why(thrown)}`
      if (options.has('quiet')) return Promise.resolve(1)
      throw new CommandError(message)
    }
    return Promise.resolve(0)
  },
})
