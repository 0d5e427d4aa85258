import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { readText } from '../../streams/stream'
import { CommandError, type Call, type Command } from '../command'
import { memoryFault } from '../../memory-fault'
import { parseOptions, type Options, type OptionSpec } from '../options'
import { ProgramError, unescape } from './lexer'
import { FileFault } from './main-input'
import type { Machine } from './machine'
import { parseProgram } from './parse'
import type { Program } from './program'
import { Running } from './run-program'
import { ConstantFault, Fatal, InputText } from './values'

const OPTIONS: readonly OptionSpec[] = [
  { key: 'separator', short: 'F', long: ['field-separator'], value: 'required' },
  { key: 'assign', short: 'v', long: ['assign'], value: 'required' },
  { key: 'file', short: 'f', long: ['file'], value: 'required' },
  { key: 'source', short: 'e', long: ['source'], value: 'required' },
  { key: 'exec', short: 'E', long: ['exec'], value: 'required' },
  { key: 'interval', short: 'r', long: ['re-interval'] },
  { key: 'optimize', short: 'O', long: ['optimize'] },
  { key: 'noOptimize', short: 's', long: ['no-optimize'] },
  { key: 'version', short: 'V', long: ['version'] },
  { key: 'help', short: 'h', long: ['help'] },
  { key: 'numericLocale', short: 'N', long: ['use-lc-numeric'] },
  { key: 'bytes', short: 'b', long: ['characters-as-bytes'], missing: true },
  { key: 'traditional', short: 'c', long: ['traditional'], missing: true },
  { key: 'copyright', short: 'C', long: ['copyright'], missing: true },
  { key: 'dump', short: 'd', long: ['dump-variables'], value: 'optional', missing: true },
  { key: 'debug', short: 'D', long: ['debug'], value: 'optional', missing: true },
  { key: 'pot', short: 'g', long: ['gen-pot'], missing: true },
  { key: 'include', short: 'i', long: ['include'], value: 'required', missing: true },
  { key: 'trace', short: 'I', long: ['trace'], missing: true },
  { key: 'load', short: 'l', long: ['load'], value: 'required', missing: true },
  { key: 'lint', short: 'L', long: ['lint'], value: 'optional', missing: true },
  { key: 'bignum', short: 'M', long: ['bignum'], missing: true },
  { key: 'nonDecimal', short: 'n', long: ['non-decimal-data'], missing: true },
  { key: 'pretty', short: 'o', long: ['pretty-print'], value: 'optional', missing: true },
  { key: 'profile', short: 'p', long: ['profile'], value: 'optional', missing: true },
  { key: 'posix', short: 'P', long: ['posix'], missing: true },
  { key: 'sandbox', short: 'S', long: ['sandbox'], missing: true },
  { key: 'lintOld', short: 't', long: ['lint-old'], missing: true },
]

const HELP = `Usage: awk [-F separator] [-v name=value]... 'program' [file]...
       awk [-F separator] [-v name=value]... -f program-file... [file]...
Runs a program over the records of files or of standard input.
`

interface Source {
  readonly name: string
  readonly text: string
}

/** awk, in gawk's version of the language. */
export const awkCommand: Command = {
  name: 'awk',
  summary: 'scan and process text with patterns and actions',
  run: (call) => runAwk(call),
}

/** The same by its own name. */
export const gawkCommand: Command = { ...awkCommand, name: 'gawk' }

async function runAwk(call: Call): Promise<number> {
  const options = parseOptions(call.args, { options: OPTIONS, stopsEarly: true, usageCode: 1 })
  if (options.has('version')) return told(call, 'GNU Awk 5.2.1, as Tabwright has it\n')
  if (options.has('help')) return told(call, HELP)
  const { sources, operands } = await sourcesOf(call, options)
  const warnings: string[] = []
  try {
    const text = sources.map((source) => source.text).join('\n')
    const program = parsed(text, { call, sources, warnings })
    if (warnings.length > 0) await call.stderr.write(warnings.join(''))
    return await execute(call, program, { sources, operands, options })
  } catch (thrown) {
    if (!(thrown instanceof ProgramError)) throw thrown
    await call.stderr.write(warnings.join('') + syntaxFault(call, sources, thrown))
    return 1
  }
}

async function told(call: Call, text: string): Promise<number> {
  await call.stdout.write(text)
  return 0
}

async function sourcesOf(
  call: Call,
  options: Options,
): Promise<{ readonly sources: readonly Source[]; readonly operands: readonly string[] }> {
  const sources: Source[] = []
  for (const { key, value = '' } of options.found) {
    if (key === 'source') sources.push({ name: 'cmd. line', text: value })
    else if (key === 'file' || key === 'exec') sources.push({ name: value === '-' ? 'stdin' : value, text: await programFile(call, value) })
  }
  if (sources.length > 0) return { sources, operands: options.operands }
  const [text, ...operands] = options.operands
  if (text === undefined) throw new CommandError('usage: awk [-F fs] [-v var=value] [prog | -f progfile] [file ...]', 1)
  return { sources: [{ name: 'cmd. line', text }], operands }
}

async function programFile(call: Call, name: string): Promise<string> {
  try {
    return await readText(name === '-' ? call.stdin : call.open(name))
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    throw new CommandError(`fatal: cannot open source file \`${name}' for reading: ${errnoText(thrown)}`, 2)
  }
}

interface Parsing {
  readonly call: Call
  readonly sources: readonly Source[]
  readonly warnings: string[]
}

function parsed(text: string, { call, sources, warnings }: Parsing): Program {
  return parseProgram(text, (message, line) => warnings.push(`${call.name}: ${placeOf(sources, line)}: ${message}\n`))
}

/** `cmd. line:3`, or the file and its line. */
function placeOf(sources: readonly Source[], line: number): string {
  let rest = line
  for (const { name, text } of sources) {
    const lines = text.split('\n').length
    if (rest <= lines) return `${name}:${rest}`
    rest -= lines
  }
  return `cmd. line:${rest}`
}

function syntaxFault(call: Call, sources: readonly Source[], fault: ProgramError): string {
  const head = `${call.name}: ${placeOf(sources, fault.line)}:`
  const text = sources.map((source) => source.text).join('\n')
  const start = text.lastIndexOf('\n', fault.at - 1) + 1
  const end = text.indexOf('\n', fault.at)
  return `${head} ${text.slice(start, end < 0 ? undefined : end)}\n${head} ${' '.repeat(Math.max(fault.at - start, 0))}^ ${fault.message}\n`
}

interface Start {
  readonly sources: readonly Source[]
  readonly operands: readonly string[]
  readonly options: Options
}

async function execute(call: Call, program: Program, { sources, operands, options }: Start): Promise<number> {
  const running = new Running(program, call)
  const { machine } = running
  try {
    machine.placeOf = (line) => placeOf(sources, line)
    prepare(machine, operands)
    running.compile()
    assignAll(machine, options)
    return await running.run()
  } catch (thrown) {
    if (!(thrown instanceof Fatal) && !(thrown instanceof RangeError)) throw thrown
    await machine.files.flush()
    await machine.tellWarnings()
    const message =
      thrown instanceof Fatal ? thrown.message : (memoryFault(thrown) ?? 'functions call each other deeper than this sandbox can')
    const place = thrown instanceof FileFault ? '' : ` ${placeOf(sources, Math.max(machine.line, 1))}:${recordPlace(machine)}`
    const isConstant = thrown instanceof ConstantFault
    await call.stderr.write(`${call.name}:${place} ${isConstant ? 'error' : 'fatal'}: ${message}\n`)
    return isConstant ? 1 : 2
  }
}

function recordPlace(machine: Machine): string {
  if (machine.nr === 0) return ''
  return ` (FILENAME=${machine.textOf(machine.global('FILENAME')) || '-'} FNR=${machine.fnr})`
}

/** Variables that a program finds set. */
function prepare(machine: Machine, operands: readonly string[]): void {
  const { call } = machine
  const argv = machine.arrayOf('ARGV')
  argv.set('0', call.name)
  operands.forEach((operand, index) => argv.set(String(index + 1), new InputText(operand)))
  machine.setGlobal('ARGC', operands.length + 1)
  const environ = machine.arrayOf('ENVIRON')
  for (const [name, value] of call.env) environ.set(name, new InputText(value))
  const info = machine.arrayOf('PROCINFO')
  const facts = { version: '5.2.1', strftime: '%a %b %e %H:%M:%S %Z %Y', platform: 'posix', FS: 'FS' }
  for (const [name, value] of Object.entries(facts)) info.set(name, value)
  info.set('pid', call.process.pid)
  info.set('ppid', call.process.ppid)
  machine.setGlobal('FILENAME', '')
  for (const name of ['RSTART', 'RT', 'ERRNO']) machine.setGlobal(name, name === 'RSTART' ? 0 : '')
  machine.setGlobal('RLENGTH', -1)
}

function assignAll(machine: Machine, options: Options): void {
  for (const { key, value = '' } of options.found) {
    if (key === 'separator')
      machine.setGlobal(
        'FS',
        unescape(value, () => undefined),
      )
    if (key !== 'assign') continue
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(value)
    if (match === null) throw new CommandError(`fatal: \`${value}' argument to \`-v' is not in \`var=value' form`, 2)
    machine.setGlobal(match[1] ?? '', new InputText(unescape(match[2] ?? '', () => undefined)))
  }
}
