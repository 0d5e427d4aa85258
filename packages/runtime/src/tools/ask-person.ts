import { fail, type PersonQuestion } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'

/** More than this nobody takes in at a glance. */
const MAX_QUESTION = 2_000
const MAX_LABEL = 200
const MAX_ABOUT = 500
const MAX_OPTIONS = 8

const line = (most: number, about: string): z.ZodMiniString => z.string().check(z.minLength(1), z.maxLength(most), z.describe(about))

const input = z.strictObject({
  question: line(MAX_QUESTION, 'The question, whole: the person may read nothing else'),
  options: z.optional(
    z
      .array(
        z.strictObject({
          label: line(MAX_LABEL, 'The answer, in a few words'),
          about: z.optional(line(MAX_ABOUT, 'What choosing it means')),
        }),
      )
      .check(z.maxLength(MAX_OPTIONS), z.describe('Answers to choose from, the one that you would take first')),
  ),
  several: z.optional(z.boolean().check(z.describe('More than one may be chosen'))),
})

/** Asks and waits as long as it takes. The result is the person's answer; this tool itself only says what is asked. */
export const askPerson: Tool = {
  spec: {
    name: 'ask_person',
    description:
      'Ask the person one question and wait for the answer, as long as it takes. Use it where only they can decide (what is wanted, which of several ways) and a wrong guess would cost them work; not for what you can find out by looking, and not to ask whether a command may run: that is asked about by itself. Offer options where you know them; the person may always answer in words of their own, or not at all. The answer is no permission for anything that is asked about otherwise.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw) => {
    const { question: text, options = [], several = false } = parseInput(input, raw)
    if (text.trim() === '' || options.some(({ label }) => label.trim() === ''))
      return fail('bad_input', 'The question and each option need words.')
    const labels = options.map(({ label }) => label)
    if (new Set(labels).size < labels.length) return fail('bad_input', 'Two options have the same label.')
    const question: PersonQuestion = {
      text,
      options: options.map(({ label, about }) => ({ label, ...(about !== undefined && { about }) })),
      several: several && options.length > 1,
    }
    return { text: '', question }
  },
}
