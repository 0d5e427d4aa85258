import { NotImplemented } from '../command'
import { zoneOf } from '../dates/zones'
import { curly, quoted, quoteIfNeeded } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { lookAt, why, type Look } from './look'
import { fileField, fillFormat, numberField, wordsField, type FieldOf } from './stat-format'
import { roomOf, type RoomUse } from './room-use'

const HEAD = '  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n'
const TAIL = 'Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w\n'
const PLAIN = `${HEAD}Device: %Hd,%Ld\tInode: %-10i  Links: %h\n${TAIL}`
const SPECIAL = `${HEAD}Device: %Hd,%Ld\tInode: %-10i  Links: %-5h Device type: %Hr,%Lr\n${TAIL}`
const TERSE = '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n'
const SYSTEM =
  '  File: "%n"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s Fundamental block size: %S\n' +
  'Blocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d\n'
const SYSTEM_TERSE = '%n %i %l %t %s %S %b %f %a %c %d\n'

const NUMBERS: Readonly<Record<string, readonly [number, number]>> = {
  '/dev/null': [1, 3],
  '/dev/zero': [1, 5],
  '/dev/full': [1, 7],
  '/dev/random': [1, 8],
  '/dev/urandom': [1, 9],
  '/dev/tty': [5, 0],
}

interface SystemSubject {
  readonly path: string
  readonly room: RoomUse
}

const systemField: FieldOf<SystemSubject> = (letter, { path, room }) => {
  switch (letter) {
    case 'n':
      return wordsField(path)
    case 'i':
      return numberField(1, 16)
    case 'l':
      return numberField(255)
    case 't':
      return numberField(0x01021994, 16)
    case 'T':
      return wordsField('tmpfs')
    case 's':
    case 'S':
      return numberField(room.blockSize)
    case 'b':
      return numberField(room.blocks)
    case 'f':
    case 'a':
      return numberField(room.blocks - room.usedBlocks)
    case 'c':
      return numberField(room.nodes)
    case 'd':
      return numberField(room.nodes - room.usedNodes)
    default:
      return undefined
  }
}

/** The format that was asked for. */
interface Asked {
  readonly format: string | undefined
  readonly hasEscapes: boolean
  readonly end: string
}

function askedFormat({ options }: Tool): Asked {
  const last = options.found.findLast(({ key }) => key === 'format' || key === 'printf')
  return { format: last?.value, hasEscapes: last?.key === 'printf', end: last?.key === 'format' ? '\n' : '' }
}

async function fill<Subject>(
  tool: Tool,
  asked: Asked,
  how: { readonly format: string; subject: Subject; fieldOf: FieldOf<Subject> },
): Promise<void> {
  const warnings: string[] = []
  const text = fillFormat({ ...how, hasEscapes: asked.hasEscapes, warn: (message) => warnings.push(message) })
  for (const message of warnings) await complain(tool, `warning: ${message}`)
  tool.out.putText(text + asked.end)
}

/** The name as the long form shows it. */
function headLine(path: string, look: Look): string {
  return `  File: ${quoteIfNeeded(path)}${look.target === undefined ? '' : ` -> ${quoteIfNeeded(look.target)}`}\n`
}

async function statFile(tool: Tool, path: string): Promise<void> {
  const { call, options } = tool
  const asked = askedFormat(tool)
  const look = lookAt(call, path === '-' ? '/dev/stdin' : path, options.has('dereference') || path === '-')
  const device = NUMBERS[call.at(path)] ?? [0, 0]
  const subject = { path, look, zone: zoneOf(call.env.get('TZ')), device }
  const isTerse = options.has('terse') && asked.format === undefined
  if (asked.format === undefined && !isTerse) tool.out.putText(headLine(path, look))
  const format = asked.format ?? (isTerse ? TERSE : look.type === 'device' ? SPECIAL : PLAIN)
  await fill(tool, asked, { format, subject, fieldOf: fileField })
}

async function statSystem(tool: Tool, path: string): Promise<void> {
  const { call, options } = tool
  lookAt(call, path)
  const asked = askedFormat(tool)
  const format = asked.format ?? (options.has('terse') ? SYSTEM_TERSE : SYSTEM)
  await fill(tool, asked, { format, subject: { path, room: roomOf(call) }, fieldOf: systemField })
}

/** What is known of a file, or of the file system it is on. */
export const statCommand = textTool({
  name: 'stat',
  summary: 'tells what is known of files, by a format',
  usage: '[OPTION]... FILE...',
  shape: {
    options: [
      { key: 'dereference', short: 'L', long: ['dereference'] },
      { key: 'system', short: 'f', long: ['file-system'] },
      { key: 'cached', long: ['cached'], value: 'required' },
      { key: 'format', short: 'c', long: ['format'], value: 'required' },
      { key: 'printf', long: ['printf'], value: 'required' },
      { key: 'terse', short: 't', long: ['terse'] },
    ],
  },
  run: async (tool) => {
    const { operands, options } = tool
    if (operands.length === 0) usageError('missing operand')
    const cached = options.value('cached')
    if (cached !== undefined && !/^(default|never|always)$/.test(cached))
      usageError(
        `invalid argument ${curly(cached)} for ${curly('--cached')}\nValid arguments are:\n  - ‘default’\n  - ‘never’\n  - ‘always’`,
      )
    let code = 0
    for (const path of operands) {
      const isSystem = options.has('system')
      if (isSystem && path === '-') throw new NotImplemented("'-' with -f")
      try {
        await (isSystem ? statSystem(tool, path) : statFile(tool, path))
      } catch (thrown) {
        await complain(tool, `${isSystem ? `cannot read file system information for` : 'cannot statx'} ${quoted(path)}: ${why(thrown)}`)
        code = 1
      }
    }
    return code
  },
})
