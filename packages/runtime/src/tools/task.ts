import { MODES } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'

const input = z.strictObject({
  title: z.string().check(z.minLength(1), z.maxLength(80), z.describe('What it is about, in a few words: the person reads it')),
  prompt: z
    .string()
    .check(
      z.minLength(1),
      z.describe('All that the sub-agent needs to know: it sees nothing of this conversation. Say what its report must hold'),
    ),
  tools: z.optional(z.array(z.string()).check(z.describe('Names of the tools that it may call; all that you have when left out'))),
  mode: z.optional(
    z.enum(MODES).check(z.describe('It may do no more unasked than in this mode, and never more than you; yours when left out')),
  ),
})

export const task: Tool = {
  spec: {
    name: 'task',
    description:
      'Give a part of the work to a sub-agent. It begins with nothing but your prompt, works on the same files with the same permissions, and answers with one report; you do not see its steps. Several in one answer work side by side. It cannot start sub-agents of its own, read this conversation, or ask you anything.',
    input: inputSchema(input),
    // Started again under the same name it goes on where it stood.
    effect: 'keyed',
    // Side by side. What a sub-agent changes are calls of its own.
    readOnly: true,
  },
  run: (raw, context) => context.task(parseInput(input, raw)),
}
