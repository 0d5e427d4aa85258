import type { Output } from '../../streams/stream'
import { bytesOf, textOf } from '../../text'
import { curly } from '../text/quotes'
import { textTool, usageError, type Tool } from '../text/tool'
import { sleepFor } from './duration'

const TOP = '\u001b[H\u001b[2J'
const BELL = '\u0007'
/** Of a command's output so much is shown; a screen holds far less. */
const MOST_SHOWN = 65_536
/** Less than that nobody can see. */
const LEAST_MS = 100

/** Runs a command again and again and shows what it writes, from the top of the screen. */
export const watchCommand = textTool({
  name: 'watch',
  summary: 'runs a command again and again and shows its output',
  usage: '[OPTION]... COMMAND',
  agrees: 'procps 4.0.2',
  shape: {
    stopsEarly: true,
    options: [
      { key: 'beep', short: 'b', long: ['beep'] },
      { key: 'color', short: 'c', long: ['color'] },
      { key: 'differences', short: 'd', long: ['differences'], value: 'optional', missing: true },
      { key: 'errexit', short: 'e', long: ['errexit'] },
      { key: 'chgexit', short: 'g', long: ['chgexit'] },
      { key: 'equexit', short: 'q', long: ['equexit'], value: 'required', missing: true },
      { key: 'interval', short: 'n', long: ['interval'], value: 'required' },
      { key: 'precise', short: 'p', long: ['precise'], missing: true },
      { key: 'no-title', short: 't', long: ['no-title'] },
      { key: 'no-wrap', short: 'w', long: ['no-wrap'], missing: true },
      { key: 'exec', short: 'x', long: ['exec'] },
    ],
  },
  run: watch,
})

function intervalOf(text: string): number {
  const seconds = Number(text.replace(',', '.'))
  if (text.trim() === '' || !Number.isFinite(seconds)) usageError(`failed to parse argument: ${curly(text)}`)
  return Math.max(LEAST_MS, seconds * 1000)
}

/** What the screen has room for, as it was written. */
function screen(): Output & { readonly text: () => string } {
  let text = ''
  return {
    write: (data) => {
      if (text.length < MOST_SHOWN) text += typeof data === 'string' ? data : textOf(data)
      return Promise.resolve()
    },
    close: () => undefined,
    text: () => text.slice(0, MOST_SHOWN),
  }
}

async function watch(tool: Tool): Promise<number> {
  const { call, options, operands } = tool
  if (operands.length === 0) usageError('missing operand')
  const every = intervalOf(options.value('interval') ?? '2')
  const argv = options.has('exec') ? operands : [operands.join(' ')]
  const title = options.has('no-title') ? '' : `Every ${(every / 1000).toFixed(1)}s: ${operands.join(' ')}\n\n`
  let before: string | undefined
  for (;;) {
    const shown = screen()
    const code = await call.exec(argv, { isScript: !options.has('exec'), stdout: shown, stderr: shown })
    const text = options.has('color') ? shown.text() : plain(shown.text())
    await call.stdout.write(bytesOf(`${TOP}${title}${text}${code !== 0 && options.has('beep') ? BELL : ''}`))
    if (code !== 0 && options.has('errexit')) return 8
    if (options.has('chgexit') && before !== undefined && before !== text) return 0
    before = text
    await sleepFor(call.system.clock, every, call.process.signal)
  }
}

/** Without the escapes that colour it. */
function plain(text: string): string {
  return text.replace(/\u001b\[[\d;]*[A-Za-z]/g, '')
}
