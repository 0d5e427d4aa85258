import { expect, test } from 'vitest'
import type { Outcome } from '@tabwright/protocol'
import { failedCall } from './ask-fix'

const INPUT = '{"command":"node --test"}'
const of = (outcome: Outcome | undefined) => failedCall({ name: 'shell', input: INPUT, outcome })

const failed = (text: string): Outcome => ({
  type: 'failed',
  text,
  failure: { code: 'unexpected', message: 'The command ended with exit code 1.' },
  detail: { exitCode: 1 },
})

test('a call that failed is told with its reason and with what it wrote', () => {
  const head = `Tool: shell\n\nInput:\n${INPUT}\n\nFailure: The command ended with exit code 1.`
  expect(of(failed('not ok 1 - adds'))).toEqual({ tool: 'shell', report: `${head}\n\nOutput:\nnot ok 1 - adds` })
  expect(of(failed(''))?.report).toBe(head)
})

test.each<[string, Outcome | undefined]>([
  ['goes on', undefined],
  ['went well', { type: 'done', text: 'ok', detail: { exitCode: 0 } }],
  ['read something', { type: 'done', text: 'ok' }],
  ['was denied', { type: 'denied', text: '' } as Outcome],
])('nothing is to be mended of a call that %s', (_, outcome) => {
  expect(of(outcome)).toBeUndefined()
})

test('of what is long the end is told, where errors stand', () => {
  const report = of(failed(`${'x'.repeat(50_000)}the error`))?.report ?? ''
  expect(report).toMatch(/the error$/)
  expect(report.length).toBeLessThan(17_000)
})
