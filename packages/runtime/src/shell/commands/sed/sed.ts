import { OutputBuffer } from '../../streams/buffered'
import { readText } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { joined } from '../../text'
import { baseName, parentName } from '../../tree/tree-node'
import { CommandError, NotImplemented, type Call, type Command } from '../command'
import { parseOptions, type Options } from '../options'
import { SedFiles, SedOutput } from './sed-files'
import { parseSed } from './sed-parser'
import { SedRun } from './sed-run'
import type { SedScript } from './sed-script'
import { SedStream, type SedStreamEvents } from './sed-stream'

const HELP = `Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...
  -n  print only what is asked for      -e SCRIPT, -f FILE  add to the script
  -E, -r  extended expressions          -i[SUFFIX]  edit files in place
  -s  files are separate                -z  lines end in NUL
  -l N  width for the l command         --posix  --follow-symlinks  --sandbox  -u
`

function optionsOf(args: readonly string[]): Options {
  return parseOptions(args, {
    options: [
      { key: 'n', short: 'n', long: ['quiet', 'silent'] },
      { key: 'e', short: 'e', long: ['expression'], value: 'required' },
      { key: 'f', short: 'f', long: ['file'], value: 'required' },
      { key: 'E', short: 'Er', long: ['regexp-extended'] },
      { key: 'i', short: 'i', long: ['in-place'], value: 'optional' },
      { key: 'l', short: 'l', long: ['line-length'], value: 'required' },
      { key: 's', short: 's', long: ['separate'] },
      { key: 'z', short: 'z', long: ['null-data', 'zero-terminated'] },
      { key: 'u', short: 'u', long: ['unbuffered'] },
      { key: 'b', short: 'b', long: ['binary'] },
      { key: 'posix', long: ['posix'] },
      { key: 'follow', long: ['follow-symlinks'] },
      { key: 'sandbox', long: ['sandbox'] },
      { key: 'debug', long: ['debug'], missing: true },
      { key: 'help', long: ['help'] },
      { key: 'version', long: ['version'] },
    ],
  })
}

/** GNU sed 4.9. */
export const sedCommand: Command = { name: 'sed', summary: 'edit text line by line', run }

async function run(call: Call): Promise<number> {
  const options = optionsOf(call.args)
  if (options.has('help') || options.has('version')) {
    await call.stdout.write(options.has('help') ? HELP : 'sed (Tabwright) agrees with GNU sed 4.9\n')
    return 0
  }
  const hasScript = options.has('e') || options.has('f')
  const [first, ...rest] = options.operands
  if (!hasScript && first === undefined) {
    await call.stderr.write(HELP)
    return 1
  }
  const source = hasScript ? await scriptOf(call, options) : (first ?? '')
  if (options.has('posix')) refuseExtensions(source)
  const script = parseSed(source, {
    isExtended: options.has('E'),
    isPosix: options.has('posix'),
    isSandbox: options.has('sandbox'),
    isNul: options.has('z'),
    tick: () => call.tick(),
  })
  const width = widthOf(options.value('l'))
  return new Sed(call, { options, script, width }).run(hasScript ? options.operands : rest)
}

/** What `--posix` turns off is refused by its name: matched or not, it would mean something else. */
function refuseExtensions(source: string): void {
  const escape = /\\[+?|wWsSbB<>`'ULulE]/.exec(source)?.[0]
  if (escape !== undefined) throw new NotImplemented(`${escape} with --posix`)
  const address = /(?:^|[;{}\n])\s*(?:\d+|\$|\/[^/]*\/)\s*(?:,\s*)?([+~])\d/.exec(source)?.[1]
  if (address !== undefined) throw new NotImplemented(`an address with ${address} and --posix`)
  const isOneLine = /(?:^|[;{}\n]|[\d$/])\s*[aic][ \t]*[^\s\\]/.test(source) && !/[sy](.).*\1/.test(source)
  if (isOneLine) throw new NotImplemented('text on the line of a, i or c with --posix')
  if (/s(.)(?:(?!\1).)*\1(?:(?!\1).)*\1[gp\d]*[IiMme]/.test(source)) throw new NotImplemented('flags of GNU with --posix')
}

/** As `atoi` reads it. */
function widthOf(value: string | undefined): number {
  if (value === undefined) return 70
  const number = Number.parseInt(value, 10)
  return Number.isNaN(number) ? 0 : number
}

/** Every `-e` and `-f` in turn, a line each. */
async function scriptOf(call: Call, options: Options): Promise<string> {
  const parts: string[] = []
  for (const { key, value = '' } of options.found) {
    if (key === 'e') parts.push(value)
    else if (key === 'f') parts.push(await scriptFile(call, value))
  }
  return parts.join('\n')
}

async function scriptFile(call: Call, path: string): Promise<string> {
  try {
    return (await readText(path === '-' ? call.stdin : call.open(path))).replace(/\n$/, '')
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    throw new CommandError(`couldn't open file ${path}: ${errnoText(thrown)}`, 4)
  }
}

interface Edited {
  readonly path: string
  readonly mode: number
  readonly parts: Uint8Array[]
  readonly output: SedOutput
}

/** One run over its files. */
class Sed implements SedStreamEvents {
  readonly #call: Call
  readonly #options: Options
  readonly #script: SedScript
  readonly #width: number
  readonly #mark: string
  readonly #standard: SedOutput
  readonly #files: SedFiles
  #edited: Edited | undefined
  #code = 0
  #run: SedRun | undefined

  constructor(call: Call, how: { readonly options: Options; readonly script: SedScript; readonly width: number }) {
    this.#call = call
    this.#options = how.options
    this.#script = how.script
    this.#width = how.width
    this.#mark = how.options.has('z') ? '\0' : '\n'
    this.#standard = new SedOutput(new OutputBuffer(call.stdout), this.#mark)
    this.#files = new SedFiles(call, this.#mark, this.#standard)
  }

  async run(operands: readonly string[]): Promise<number> {
    const options = this.#options
    for (const { action } of this.#script.commands) {
      if (action.type === 'w' || action.type === 'W') this.#files.open(action.file)
      else if (action.type === 's' && action.file !== undefined) this.#files.open(action.file)
    }
    const isSeparate = options.has('s') || options.has('i')
    const paths = operands.length === 0 ? ['-'] : operands
    const stream = new SedStream(this.#call, { paths, separator: this.#mark.charCodeAt(0), isSeparate }, this)
    this.#run = new SedRun({
      call: this.#call,
      script: this.#script,
      stream,
      files: this.#files,
      output: () => this.#edited?.output ?? this.#standard,
      isQuiet: options.has('n') || this.#script.isQuiet,
      isPosix: options.has('posix') || this.#call.env.has('POSIXLY_CORRECT'),
      width: this.#width,
      mark: this.#mark,
    })
    const code = await this.#run.run().finally(() => this.#files.flush())
    await stream.close()
    await this.#files.flush()
    return code === 0 ? this.#code : code
  }

  async onOpen(path: string): Promise<boolean> {
    if (this.#options.has('s') || this.#options.has('i')) {
      this.#run?.resetRanges()
      this.#files.rewind()
    }
    if (!this.#options.has('i') || path === '-') {
      if (path === '-' && this.#options.has('i')) {
        await this.onMissing("couldn't edit -: not a regular file", 4)
        return false
      }
      return true
    }
    const { tree } = this.#call.system
    const full = this.#call.at(path)
    const node = tree.find(full)
    if (node === undefined) throw new FsError('ENOENT', 'open', path)
    if (node.type !== 'file' || node.write !== undefined) {
      await this.onMissing(`couldn't edit ${path}: not a regular file`, 4)
      return false
    }
    const parts: Uint8Array[] = []
    const buffer = new OutputBuffer({
      write: (data) => {
        parts.push(typeof data === 'string' ? new TextEncoder().encode(data) : data.slice())
        return Promise.resolve()
      },
      close: () => undefined,
    })
    this.#edited = {
      path: this.#options.has('follow') ? tree.realpath(full) : full,
      mode: node.mode,
      parts,
      output: new SedOutput(buffer, this.#mark),
    }
    return true
  }

  async onClose(): Promise<void> {
    const edited = this.#edited
    if (edited === undefined) return
    this.#edited = undefined
    await edited.output.buffer.flush()
    const { tree } = this.#call.system
    const suffix = this.#options.value('i')
    if (suffix !== undefined) tree.rename(edited.path, backupName(edited.path, suffix))
    else if (tree.lstat(edited.path).type === 'link') tree.unlink(edited.path)
    tree.writeFile(edited.path, joined(edited.parts), edited.mode)
  }

  async onMissing(message: string, code: number): Promise<void> {
    this.#code = code
    await this.#files.flush()
    await this.#call.stderr.write(`${this.#call.name}: ${message}\n`)
  }
}

/** `SUFFIX` is put behind the name, or, where it has stars, the name in their place; a slash in it makes it a path. */
function backupName(path: string, suffix: string): string {
  const name = suffix.includes('*') ? suffix.replaceAll('*', baseName(path)) : baseName(path) + suffix
  return name.includes('/') ? name : `${parentName(path) === '/' ? '' : parentName(path)}/${name}`
}
