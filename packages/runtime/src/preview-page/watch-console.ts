import { PREVIEW_FILES, type PageWord, type PreviewLevel } from '@tabwright/protocol'
import { textOfAll } from './console-text'

/** A page may print a thousand lines in a blink; the app shows the newest few hundred. */
const MAX_LINES_A_SECOND = 200

/** Tells what the page prints, what it throws, what it could not load, and what its policy kept in. */
export function watchConsole(say: (word: PageWord) => void): void {
  const print = printer(say)
  for (const level of ['log', 'info', 'debug', 'warn', 'error'] as const) {
    const own = console[level].bind(console)
    console[level] = (...parts: unknown[]) => {
      own(...parts)
      print(level, textOfAll(parts))
    }
  }
  const failed = ({ target, error, message, filename, lineno }: ErrorEvent): void => {
    if (target instanceof Element) {
      const address = target.getAttribute('src') ?? target.getAttribute('href') ?? ''
      print('error', `<${target.localName}> could not be loaded: ${address}`)
    } else print('error', `Uncaught ${textOfAll([error ?? message])}`, place(filename, lineno))
  }
  addEventListener('error', failed, true)
  addEventListener('unhandledrejection', ({ reason }) => print('error', `Uncaught (in promise) ${textOfAll([reason])}`))
  addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective, sourceFile, lineNumber }) => {
    print('error', `A preview has no network: ${blockedURI} was blocked (${effectiveDirective}).`, place(sourceFile, lineNumber))
  })
  for (const name of ['alert', 'confirm', 'prompt'] as const) muteDialog(name, print)
}

type Print = (level: PreviewLevel, text: string, source?: string) => void

function printer(say: (word: PageWord) => void): Print {
  let second = 0
  let lines = 0
  let dropped = 0
  const tellDropped = (): void => {
    if (dropped > 0) say({ type: 'dropped', lines: dropped })
    dropped = 0
  }
  return (level, text, source) => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      tellDropped()
      second = now
      lines = 0
    }
    lines += 1
    if (lines <= MAX_LINES_A_SECOND) say({ type: 'console', level, text, ...(source === undefined ? {} : { source }) })
    else {
      // The rest of a burst is told of even when nothing comes after it.
      if (dropped === 0) setTimeout(tellDropped, 1100)
      dropped += 1
    }
  }
}

/** A frame that could open them would stop the app around it. */
function muteDialog(name: 'alert' | 'confirm' | 'prompt', print: Print): void {
  const answer = name === 'confirm' ? false : name === 'prompt' ? null : undefined
  Object.defineProperty(window, name, {
    configurable: true,
    writable: true,
    value: (text: unknown) => {
      print('warn', `${name}() shows nothing in a preview: ${textOfAll([text])}`)
      return answer
    },
  })
}

function place(file: string, line: number): string | undefined {
  return file === '' || file.startsWith('blob:') || file.endsWith(PREVIEW_FILES.page)
    ? undefined
    : `${file.replace(`${location.origin}/`, '')}:${line}`.slice(0, 2000)
}
