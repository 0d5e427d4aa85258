import { CommandError, type Call, type Command } from '../command'
import { lines } from '../../streams/stream'

type Capability = string | number | boolean

const XTERM: Readonly<Record<string, Capability>> = {
  cols: 80, lines: 24, colors: 8, it: 8, pairs: 64, am: true, bce: true, km: true, mir: true, msgr: true, npc: true, xenl: true, hs: false,
  bold: '\u001b[1m', dim: '\u001b[2m', sitm: '\u001b[3m', ritm: '\u001b[23m', smul: '\u001b[4m', rmul: '\u001b[24m', blink: '\u001b[5m', rev: '\u001b[7m',
  smso: '\u001b[7m', rmso: '\u001b[27m', invis: '\u001b[8m', sgr0: '\u001b(B\u001b[m', op: '\u001b[39;49m', setaf: '\u001b[3%dm', setab: '\u001b[4%dm',
  clear: '\u001b[H\u001b[2J', E3: '\u001b[3J', el: '\u001b[K', el1: '\u001b[1K', ed: '\u001b[J', home: '\u001b[H', cup: '\u001b[%i;%jH', sc: '\u001b7', rc: '\u001b8', cr: '\r',
  civis: '\u001b[?25l', cnorm: '\u001b[?12l\u001b[?25h', smcup: '\u001b[?1049h\u001b[22;0;0t', rmcup: '\u001b[?1049l\u001b[23;0;0t', bel: '\u0007', kbs: '\u007f',
  cuu1: '\u001b[A', cud1: '\n', cuf1: '\u001b[C', cub1: '\b', cuu: '\u001b[%dA', cud: '\u001b[%dB', cuf: '\u001b[%dC', cub: '\u001b[%dD', hpa: '\u001b[%jG', vpa: '\u001b[%id',
  ech: '\u001b[%dX', il: '\u001b[%dL', il1: '\u001b[L', dl: '\u001b[%dM', dl1: '\u001b[M', dch: '\u001b[%dP', dch1: '\u001b[P', ich: '\u001b[%d@', smkx: '\u001b[?1h\u001b=', rmkx: '\u001b[?1l\u001b>',
  longname: 'xterm terminal emulator (X Window System)',
} // prettier-ignore

const MANY_COLORS = { colors: 256, pairs: 65536, setaf: '256:3', setab: '256:4' } as const
const SCREEN: Readonly<Record<string, Capability>> = {
  ...XTERM, sgr0: '\u001b[m\u000f', clear: '\u001b[H\u001b[J', E3: '', cnorm: '\u001b[34h\u001b[?25h', smcup: '\u001b[?1049h', rmcup: '\u001b[?1049l', cuu1: '\u001bM',
  rmso: '\u001b[23m', smso: '\u001b[3m', sitm: '', ritm: '', invis: '', ech: '', longname: 'VT 100/ANSI X3.64 virtual terminal',
} // prettier-ignore
const DUMB: Readonly<Record<string, Capability>> = { cols: 80, lines: 24, colors: -1, it: -1, am: true, hs: false, xenl: false, bel: '\u0007', cr: '\r', cud1: '\n', longname: '80-column dumb tty' } // prettier-ignore

/** What terminals can do, by the names that programs know them by. */
const TERMINALS: Readonly<Record<string, Readonly<Record<string, Capability>>>> = {
  xterm: XTERM,
  'xterm-color': XTERM,
  'xterm-256color': { ...XTERM, ...MANY_COLORS, longname: 'xterm with 256 colors' },
  screen: SCREEN,
  'screen-256color': { ...SCREEN, ...MANY_COLORS, longname: 'GNU Screen with 256 colors' },
  dumb: DUMB,
}

function filled(template: string, words: readonly string[]): string {
  const [first = 0, second = 0] = words.map((word) => (/^\d+$/.test(word) ? Number(word) : 0))
  if (template.startsWith('256:')) {
    const base = template.slice(4)
    if (first < 8) return `\u001b[${base}${first}m`
    return first < 16 ? `\u001b[${base === '3' ? 9 : 10}${first - 8}m` : `\u001b[${base}8;5;${first}m`
  }
  const isPair = template.includes('%i') && template.includes('%j')
  return template
    .replace('%i', String(first + 1))
    .replace('%j', String((isPair ? second : first) + 1))
    .replace('%d', String(first))
}

const USAGE = 'usage: tput [-S] [-T TERM] capname [PARAMETER]...\n'

function sizeOf(call: Call, name: string): string | undefined {
  const told = name === 'cols' ? call.env.get('COLUMNS') : name === 'lines' ? call.env.get('LINES') : undefined
  return told !== undefined && /^[1-9]\d*$/.test(told) ? told : undefined
}

/** Puts one capability; its exit code. @throws CommandError */
async function putCapability(call: Call, able: Readonly<Record<string, Capability>>, words: readonly string[]): Promise<number> {
  const [name = '', ...values] = words
  if (['init', 'reset', 'rs1', 'rs2', 'is2'].includes(name)) throw new CommandError(`'${name}' is not implemented in this sandbox`, 2)
  if (name === 'clear') {
    if (able['clear'] === undefined) return 2
    await call.stdout.write(`${String(able['clear'])}${String(able['E3'] ?? '')}`)
    return 0
  }
  const value = able[name]
  if (value === undefined) {
    if (XTERM[name] === undefined) throw new CommandError(`unknown terminfo capability '${name}'`, 4)
    return typeof XTERM[name] === 'number' ? write(call, '-1\n') : 1
  }
  if (typeof value === 'boolean') return value ? 0 : 1
  if (typeof value === 'number') return write(call, `${sizeOf(call, name) ?? value}\n`)
  return value === '' ? 1 : write(call, filled(value, values))
}

async function write(call: Call, text: string): Promise<number> {
  await call.stdout.write(text)
  return 0
}

async function tput(call: Call): Promise<number> {
  const args = [...call.args]
  let terminal = call.env.get('TERM')
  let isListed = false
  while (args[0]?.startsWith('-')) {
    const option = args.shift() ?? ''
    if (option === '-S') isListed = true
    else if (option.startsWith('-T')) terminal = option.length > 2 ? option.slice(2) : args.shift()
    else if (option === '-V') return write(call, 'tput (Tabwright) agrees with ncurses 6.4\n')
    else if (option !== '-x') throw new CommandError(`invalid option -- '${option.slice(1)}'\n${USAGE}`, 2)
  }
  if (terminal === undefined || terminal === '') throw new CommandError('No value for $TERM and no -T specified', 2)
  const able = Object.hasOwn(TERMINALS, terminal) ? TERMINALS[terminal] : undefined
  if (able === undefined) throw new CommandError(`unknown terminal "${terminal}"`, 3)
  if (!isListed && args.length === 0) {
    await call.stderr.write(USAGE)
    return 2
  }
  if (!isListed) return putCapability(call, able, args)
  let code = 0
  for await (const { text } of lines(call.stdin)) {
    const words = text.split(/\s+/).filter((word) => word !== '')
    if (words.length > 0) code = Math.max(code, await putCapability(call, able, words))
  }
  return code
}

/** What a terminal understands. */
export const tputCommand: Command = { name: 'tput', summary: 'prints what makes a terminal bold, red, cleared …', run: tput }

/** Empties the screen. */
export const clearCommand: Command = {
  name: 'clear',
  summary: 'empties the screen',
  run: async (call) => {
    const args = call.args.filter((word) => word !== '-x')
    const at = args.findIndex((word) => word.startsWith('-T'))
    const told = at < 0 ? undefined : args[at]?.slice(2) || args[at + 1]
    const terminal = told ?? call.env.get('TERM')
    if (terminal === undefined || terminal === '') {
      await call.stderr.write('TERM environment variable not set.\n')
      return 1
    }
    const able = Object.hasOwn(TERMINALS, terminal) ? TERMINALS[terminal] : undefined
    if (able === undefined) {
      await call.stderr.write(`'${terminal}': unknown terminal type.\n`)
      return 1
    }
    const hasScrollback = !call.args.includes('-x')
    if (able['clear'] === undefined) return 1
    return write(call, String(able['clear']) + (hasScrollback ? String(able['E3'] ?? '') : ''))
  },
}
