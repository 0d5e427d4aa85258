import { momentOfMs, strftime } from '../dates/strftime'
import { zoneOf } from '../dates/zones'
import { CommandError, type Call, type Command } from '../command'
import { lookAt, why } from '../files/look'
import { humanSize } from '../files/sizes'
import { roomOf } from '../files/room-use'
import { quoted } from '../text/quotes'
import { complain, textTool, usageError } from '../text/tool'

/** The name that the sandbox gives itself, as `uname -n` tells. */
const HOST = 'tabwright'

const hostnameCommand = textTool({
  name: 'hostname',
  summary: 'prints the name of the sandbox',
  usage: '[OPTION]',
  agrees: 'hostname 3.23',
  shape: {
    options: [
      { key: 'short', short: 's', long: ['short'] },
      { key: 'fqdn', short: 'f', long: ['fqdn', 'long'] },
      { key: 'domain', short: 'd', long: ['domain'] },
      { key: 'address', short: 'i', long: ['ip-address'] },
      { key: 'addresses', short: 'I', long: ['all-ip-addresses'] },
      { key: 'alias', short: 'a', long: ['alias'], missing: true },
      { key: 'file', short: 'F', long: ['file'], value: 'required', missing: true },
    ],
  },
  run: ({ operands, options, out }) => {
    if (operands.length > 0) throw new CommandError('you must be root to change the host name')
    out.putText(options.has('address') || options.has('addresses') ? '127.0.0.1\n' : options.has('domain') ? '\n' : `${HOST}\n`)
    return Promise.resolve(0)
  },
})

/** Values of a Linux of 64 bits with glibc 2.36; those of paths behind a bar. */
const LIMITS: Readonly<Record<string, string>> = {
  ARG_MAX: '2097152', CHILD_MAX: '512', CLK_TCK: '100', HOST_NAME_MAX: '64', IOV_MAX: '1024', LINE_MAX: '2048', LOGIN_NAME_MAX: '256', LONG_BIT: '64', NGROUPS_MAX: '65536',
  OPEN_MAX: '1024', PAGESIZE: '4096', PAGE_SIZE: '4096', STREAM_MAX: '16', SYMLOOP_MAX: '', TTY_NAME_MAX: '32', TZNAME_MAX: '', WORD_BIT: '32', CHAR_BIT: '8', CHAR_MAX: '127', CHAR_MIN: '-128',
  INT_MAX: '2147483647', INT_MIN: '-2147483648', UINT_MAX: '4294967295', LONG_MAX: '9223372036854775807', LONG_MIN: '-9223372036854775808', ULONG_MAX: '18446744073709551615',
  SHRT_MAX: '32767', SHRT_MIN: '-32768', USHRT_MAX: '65535', UCHAR_MAX: '255', SCHAR_MAX: '127', SCHAR_MIN: '-128', SSIZE_MAX: '32767', RE_DUP_MAX: '32767', BC_BASE_MAX: '99', BC_DIM_MAX: '2048',
  BC_SCALE_MAX: '99', BC_STRING_MAX: '1000', EXPR_NEST_MAX: '32', COLL_WEIGHTS_MAX: '255', _NPROCESSORS_CONF: '1', _NPROCESSORS_ONLN: '1', PATH: '/bin:/usr/bin', CS_PATH: '/bin:/usr/bin',
  GNU_LIBC_VERSION: 'glibc 2.36', GNU_LIBPTHREAD_VERSION: 'NPTL 2.36', POSIX_VERSION: '200809', _POSIX_VERSION: '200809', POSIX2_VERSION: '200809', _POSIX2_VERSION: '200809',
} // prettier-ignore
const PATH_LIMITS: Readonly<Record<string, string>> = { NAME_MAX: '255', PATH_MAX: '4096', PIPE_BUF: '4096', LINK_MAX: '65000', FILESIZEBITS: '64', SYMLINK_MAX: '', MAX_CANON: '255', MAX_INPUT: '255' } // prettier-ignore

const getconfCommand: Command = {
  name: 'getconf',
  summary: 'prints limits of the system',
  run: async (call) => {
    const usage = 'Usage: getconf [-v specification] variable_name [pathname]\n       getconf -a [pathname]\n'
    const [first, second, ...rest] = call.args[0] === '-v' ? call.args.slice(2) : call.args
    if (first === '-a') throw new CommandError("option '-a' is not implemented in this sandbox", 2)
    if (first === undefined || rest.length > 0) {
      await call.stderr.write(usage)
      return 2
    }
    const own = (table: Readonly<Record<string, string>>): string | undefined => (Object.hasOwn(table, first) ? table[first] : undefined)
    const ofPath = own(PATH_LIMITS)
    const value = ofPath === undefined ? own(LIMITS) : ofPath
    if (value === undefined) {
      await call.stderr.write(`getconf: Unrecognized variable \`${first}'\n`)
      return 2
    }
    if ((ofPath === undefined) !== (second === undefined)) {
      await call.stderr.write(usage)
      return 2
    }
    if (second !== undefined) lookAt(call, second)
    await call.stdout.write(`${value === '' ? 'undefined' : value}\n`)
    return 0
  },
}

const CATEGORIES = 'CTYPE NUMERIC TIME COLLATE MONETARY MESSAGES PAPER NAME ADDRESS TELEPHONE MEASUREMENT IDENTIFICATION'.split(' ')

const localeCommand = textTool({
  name: 'locale',
  summary: 'prints the language settings: there is C.UTF-8 and nothing else',
  usage: '[-a] [charmap]',
  agrees: 'GNU libc 2.36',
  shape: {
    options: [
      { key: 'all', short: 'a', long: ['all-locales'] },
      { key: 'maps', short: 'm', long: ['charmaps'], missing: true },
      { key: 'names', short: 'c', long: ['category-name'], missing: true },
      { key: 'keywords', short: 'k', long: ['keyword-name'], missing: true },
      { key: 'verbose', short: 'v', long: ['verbose'], missing: true },
    ],
  },
  run: async (tool) => {
    const { operands, options, out, call } = tool
    if (options.has('all')) out.putText('C\nC.utf8\nPOSIX\n')
    else if (operands.length > 0) {
      let code = 0
      for (const word of operands) {
        if (word === 'charmap') out.putText('UTF-8\n')
        else if (word === 'decimal_point') out.putText('.\n')
        else if (word === 'thousands_sep') out.putText('\n')
        else {
          await complain(tool, `unknown name "${word}"`)
          code = 1
        }
      }
      return code
    } else {
      const all = call.env.get('LC_ALL') ?? ''
      const lang = call.env.get('LANG') ?? ''
      out.putText(`LANG=${lang}\nLANGUAGE=${call.env.get('LANGUAGE') ?? ''}\n`)
      for (const name of CATEGORIES) {
        const own = call.env.get(`LC_${name}`) ?? ''
        const isOwn = all === '' && own !== ''
        out.putText(`LC_${name}=${isOwn ? own : `"${all || lang || 'POSIX'}"`}\n`)
      }
      out.putText(`LC_ALL=${all}\n`)
    }
    return 0
  },
})

const UNITS: Readonly<Record<string, number>> = { bytes: 1, kibi: 1024, mebi: 1024 ** 2, gibi: 1024 ** 3 }

const freeCommand = textTool({
  name: 'free',
  summary: 'tells how much memory the files of the sandbox may take and take',
  usage: '[OPTION]...',
  agrees: 'procps-ng 4.0.2',
  shape: {
    options: [
      { key: 'bytes', short: 'b', long: ['bytes'] },
      { key: 'kibi', short: 'k', long: ['kibi'] },
      { key: 'mebi', short: 'm', long: ['mebi'] },
      { key: 'gibi', short: 'g', long: ['gibi'] },
      { key: 'human', short: 'h', long: ['human'] },
      { key: 'total', short: 't', long: ['total'] },
      { key: 'rest', short: 'wlsc', missing: true },
    ],
  },
  run: ({ options, out, call }) => {
    const room = roomOf(call)
    const all = room.blocks * room.blockSize
    const used = room.usedBlocks * room.blockSize
    const unit = UNITS[options.last('bytes', 'kibi', 'mebi', 'gibi') ?? 'kibi'] ?? 1024
    const shown = (bytes: number): string =>
      (options.has('human') ? `${humanSize(bytes)}${bytes < 1024 ? 'B' : 'i'}` : String(Math.floor(bytes / unit))).padStart(12)
    const row = (title: string, values: readonly number[]): string => `${title.padEnd(8)}${values.map(shown).join('')}\n`
    out.putText('               total        used        free      shared  buff/cache   available\n')
    out.putText(row('Mem:', [all, used, all - used, 0, 0, all - used]))
    out.putText(row('Swap:', [0, 0, 0]))
    if (options.has('total')) out.putText(row('Total:', [all, used, all - used]))
    return Promise.resolve(0)
  },
})

function upFor(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
  ] as const
  const told = parts
    .filter(([count], i) => count > 0 || (i === 2 && seconds < 60))
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
  return `up ${told.join(', ')}`
}

const uptimeCommand = textTool({
  name: 'uptime',
  summary: 'tells how long the sandbox has been running',
  usage: '[OPTION]',
  agrees: 'procps-ng 4.0.2',
  shape: {
    options: [
      { key: 'pretty', short: 'p', long: ['pretty'] },
      { key: 'since', short: 's', long: ['since'] },
    ],
  },
  run: ({ options, out, call }) => {
    const { clock } = call.system
    const seconds = Math.floor(clock.steady() / 1000)
    const show = (format: string, ms: number): string => strftime(format, momentOfMs(ms), zoneOf(call.env.get('TZ')))
    if (options.has('pretty')) out.putText(`${upFor(seconds)}\n`)
    else if (options.has('since')) out.putText(`${show('%Y-%m-%d %H:%M:%S', clock.now() - seconds * 1000)}\n`)
    else {
      const minutes = Math.floor(seconds / 60) % 60
      const hours = Math.floor(seconds / 3600) % 24
      const days = Math.floor(seconds / 86_400)
      const told = hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`
      out.putText(
        ` ${show('%H:%M:%S', clock.now())} up ${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${told},  0 users,  load average: 0.00, 0.00, 0.00\n`,
      )
    }
    return Promise.resolve(0)
  },
})

const syncCommand = textTool({
  name: 'sync',
  summary: 'waits until all is written, which it is',
  usage: '[OPTION] [FILE]...',
  shape: {
    options: [
      { key: 'data', short: 'd', long: ['data'] },
      { key: 'system', short: 'f', long: ['file-system'] },
    ],
  },
  run: async (tool) => {
    const { operands, options, call } = tool
    if (options.has('data') && operands.length === 0) usageError('--data needs at least one argument')
    let code = 0
    for (const path of operands) {
      try {
        lookAt(call, path)
      } catch (thrown) {
        await complain(tool, `error opening ${quoted(path)}: ${why(thrown)}`)
        code = 1
      }
    }
    return code
  },
})

/** Nobody has logged in, so nothing is listed. */
function nobody(name: string, summary: string): Command {
  return {
    name,
    summary,
    run: async (call: Call) => {
      const [first] = call.args
      if (first?.startsWith('-')) throw new CommandError(`option ${first} is not implemented in this sandbox`, 1)
      return 0
    },
  }
}

/** Names, limits and figures of the sandbox. */
export const figureCommands: readonly Command[] = [
  hostnameCommand,
  getconfCommand,
  localeCommand,
  freeCommand,
  uptimeCommand,
  syncCommand,
  nobody('users', 'prints who has logged in: nobody'),
  nobody('who', 'prints who has logged in: nobody'),
]
