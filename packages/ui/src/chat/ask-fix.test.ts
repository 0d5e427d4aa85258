import { expect, test } from 'vitest'
import type { Outcome } from '@tabwright/protocol'
import { failedCall } from './ask-fix'

const INPUT = '{"command":"node --test"}'
const of = (outcome: Outcome | undefined) => failedCall({ name: 'shell', input: INPUT, outcome })

test('a command with another code than 0 is told with what it wrote', () => {
  expect(of({ type: 'done', text: 'not ok 1 - adds', detail: { exitCode: 1 } })).toEqual({
    tool: 'shell',
    report: `Tool: shell\n\nInput:\n${INPUT}\n\nFailure: exit code 1\n\nOutput:\nnot ok 1 - adds`,
  })
})

test('a call that failed is told with its reason', () => {
  const failure = { code: 'not_found', message: 'There is no a.txt.' } as const
  expect(of({ type: 'failed', text: '', failure })?.report).toBe(`Tool: shell\n\nInput:\n${INPUT}\n\nFailure: There is no a.txt.`)
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
  const report = of({ type: 'done', text: `${'x'.repeat(50_000)}the error`, detail: { exitCode: 2 } })?.report ?? ''
  expect(report).toMatch(/the error$/)
  expect(report.length).toBeLessThan(17_000)
})
