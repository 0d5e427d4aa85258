import { expect, it } from 'vitest'
import type { Span } from '../../core/spans'
import { ToldSpans } from './told-spans'

const SPAN: Span = {
  trace: '0af7651916cd43dd8448eb211c80319c',
  span: 'b7ad6b7169203331',
  parent: undefined,
  flags: '01',
  name: 'turn',
  kind: 'server',
  start: 1000.4,
  end: 2000,
  error: undefined,
  attributes: { stop: 'end', attempt: 1 },
}

interface Sent {
  readonly resourceSpans: readonly [{ readonly scopeSpans: readonly [{ readonly spans: readonly { readonly name: string }[] }] }]
}

function relay() {
  const sent: Sent[] = []
  let isOpen = true
  const tell = (bytes: () => Uint8Array): boolean => {
    if (!isOpen) return false
    const message = new TextDecoder().decode(bytes())
    expect(message.slice(0, 4)).toBe('OTLP')
    sent.push(JSON.parse(message.slice(4)))
    return true
  }
  const names = (): readonly string[] => sent.flatMap((one) => one.resourceSpans[0].scopeSpans[0].spans.map(({ name }) => name))
  return { sent, names, connection: { tell }, open: (next: boolean) => void (isOpen = next) }
}

it('tells the relay under the name of the tab what ended, with why it failed', () => {
  const { sent, connection } = relay()
  const told = new ToldSpans()
  told.join(connection, 'tab-2')
  told.add([SPAN, { ...SPAN, name: 'model', kind: 'client', parent: SPAN.span, error: 'overloaded' }])
  expect(sent).toMatchObject([
    {
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'tab-2' } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: SPAN.trace,
                  spanId: SPAN.span,
                  flags: 1,
                  kind: 2,
                  startTimeUnixNano: '1000000000',
                  endTimeUnixNano: '2000000000',
                },
                { parentSpanId: SPAN.span, kind: 3, status: { code: 2, message: 'overloaded' } },
              ],
            },
          ],
        },
      ],
    },
  ])
})

it('keeps the newest of what ends while there is no connection, and tells it in parts that the relay takes', () => {
  const { sent, names, connection, open } = relay()
  const told = new ToldSpans()
  told.join(connection, 'tab')
  open(false)
  for (let n = 0; n < 600; n++) told.add([{ ...SPAN, name: `n${n}` }])
  expect(names()).toEqual([])
  open(true)
  told.flush()
  expect([names().length, names()[0], names().at(-1), sent.length]).toEqual([500, 'n100', 'n599', 5])
  told.flush()
  expect(sent).toHaveLength(5)
})

it('tells nothing of what ended while a person had left the relay', () => {
  const { names, connection, open } = relay()
  const told = new ToldSpans()
  told.add([SPAN])
  told.join(connection, 'tab')
  open(false)
  told.add([SPAN])
  told.leave()
  told.add([SPAN])
  open(true)
  told.join(connection, 'tab')
  told.flush()
  expect(names()).toEqual([])
})
