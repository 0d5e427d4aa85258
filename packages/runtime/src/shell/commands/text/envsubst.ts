import { lines } from '../../streams/stream'
import { flushedBefore } from '../../streams/buffered'
import { CommandError } from '../command'
import { textTool } from './tool'

const REFERENCE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].map(([, plain, braced]) => plain ?? braced ?? '')
}

/** Variables in text. */
export const envsubstCommand = textTool({
  name: 'envsubst',
  summary: 'replaces $NAME and ${NAME} in standard input by the values of variables',
  usage: '[OPTION] [SHELL-FORMAT]',
  agrees: 'GNU gettext 0.21',
  shape: { options: [{ key: 'variables', short: 'v', long: ['variables'] }] },
  run: async ({ call, operands, options, out }) => {
    const [format] = operands
    if (operands.length > 1) throw new CommandError('too many arguments')
    if (options.has('variables')) {
      if (format === undefined) throw new CommandError('missing arguments')
      out.put(
        namesIn(format)
          .map((name) => `${name}\n`)
          .join(''),
      )
      return 0
    }
    const only = format === undefined ? undefined : new Set(namesIn(format))
    for await (const { text, isEnded } of lines(flushedBefore(call.stdin, out))) {
      call.tick()
      const replaced = text.replace(REFERENCE, (whole, plain?: string, braced?: string) => {
        const name = plain ?? braced ?? ''
        return only === undefined || only.has(name) ? (call.env.get(name) ?? '') : whole
      })
      out.putText(replaced + (isEnded ? '\n' : ''))
      await out.settle()
    }
    return 0
  },
})
