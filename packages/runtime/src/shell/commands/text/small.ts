import type { Command } from '../command'
import { latinWord } from './latin'
import { textTool } from './tool'

/** Writes a line until nobody reads. */
export const yesCommand = textTool({
  name: 'yes',
  summary: 'writes a line, "y" unless told, again and again',
  usage: '[STRING]...',
  shape: { options: [] },
  run: async ({ call, operands, out }) => {
    const line = latinWord(`${operands.length === 0 ? 'y' : operands.join(' ')}\n`)
    const block = line.repeat(Math.max(1, Math.ceil(8192 / line.length)))
    for (;;) {
      call.tick()
      const pause = call.system.breathe()
      if (pause !== undefined) await pause
      out.put(block)
      await out.flush()
    }
  },
})

function constant(name: string, code: number): Command {
  return {
    name,
    summary: `does nothing, with exit code ${code}`,
    run: async (call) => {
      const [only] = call.args.length === 1 ? call.args : []
      if (only === '--help') await call.stdout.write(`Usage: ${name} [ignored arguments]\n`)
      if (only === '--version') await call.stdout.write(`${name} (Tabwright) agrees with GNU coreutils 9.1\n`)
      return code
    },
  }
}

export const trueCommand = constant('true', 0)
export const falseCommand = constant('false', 1)
