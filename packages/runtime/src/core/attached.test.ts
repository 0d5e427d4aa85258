import { callId, toBase64, type Attachment, type SessionEvent } from '@tabwright/protocol'
import { answer, httpError, stories, text, tool } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { attachmentsOf, contentsNamed, lengthSaid, tokensShown } from './attached'
import { tokensAhead } from './compaction/policy'

const start = stories()

/** The smallest picture there is. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const picture: Attachment = { type: 'image', name: 'plan.png', mediaType: 'image/png', data: DOT, width: 560, height: 280 }
const paper: Attachment = {
  type: 'document',
  name: 'paper.pdf',
  mediaType: 'application/pdf',
  data: toBase64(Uint8Array.from([37, 80, 68, 70])),
  pages: 2,
}
const table: Attachment = { type: 'text', name: 'table.csv', text: 'a,b\u200B' }
const source = (data: string, media: string) => ({ type: 'base64', media_type: media, data })

const told = (events: readonly SessionEvent[]): SessionEvent<'message.user'> => {
  const event = events.find(({ type }) => type === 'message.user')
  if (event?.type !== 'message.user') throw new Error('nothing was said')
  return event
}
/** Content of the first message of a request. */
const sent = (body: string | undefined): unknown => JSON.parse(body ?? '{}').messages[0].content

it('[F15] sends what is attached in front of the words, the same bytes in every later request, over a restart too', async () => {
  const s = await start({ script: [answer([text('a plan')]), answer([text('as before')])] })
  await s.commands.send('What is this?', undefined, { attachments: [picture, paper, table] })
  await s.until('turn.ended')
  const [first] = s.server.requests
  expect(sent(first?.body)).toEqual([
    { type: 'text', text: 'Picture "plan.png":' },
    { type: 'image', source: source(DOT, 'image/png') },
    { type: 'document', source: source('JVBERg==', 'application/pdf'), title: 'paper.pdf' },
    { type: 'text', text: '<attached name="table.csv">\na,b\\u{200B}\n</attached>' },
    { type: 'text', text: 'What is this?' },
  ])
  await s.restart()
  await s.commands.send('And now?')
  await s.until('turn.ended', 2)
  const again = s.server.requests.at(-1)?.body ?? ''
  expect(again).toContain(JSON.stringify(sent(first?.body)).slice(1, -2))
  expect(s.server.problems).toEqual([])
})

it('[F30] keeps bytes under their address with the fact that names them, and nothing of them in the fact', async () => {
  const s = await start({ script: [answer([text('ok')])] })
  await s.commands.send('', undefined, { attachments: [picture] })
  await s.until('turn.ended')
  const fact = told(await s.facts())
  const [hash] = contentsNamed(fact)
  expect(fact.data.content).toEqual([{ type: 'image', mediaType: 'image/png', blob: hash, name: 'plan.png', width: 560, height: 280 }])
  expect(JSON.stringify(fact)).not.toContain(DOT.slice(0, 30))
  expect(await attachmentsOf(fact.data.content, s.workspace)).toEqual([picture])
})

it('waits in the inbox with its bytes, steers with them, and is in the request of which its fact tells', async () => {
  const s = await start({
    script: [answer([tool('list_files', {}, { id: 't1' })]), answer([text('seen')])],
    info: { contextWindow: 200_000, maxOutput: 8000, adaptiveThinking: true },
  })
  await s.commands.send('go')
  await s.until('call.ended')
  await s.commands.send('look', undefined, { attachments: [picture] })
  await s.until('turn.ended')
  const facts = (await s.facts()).filter(({ type }) => type === 'message.user')
  expect(facts).toHaveLength(2)
  expect(s.server.requests.some(({ body }) => body.includes(DOT))).toBe(true)
  expect(s.server.problems).toEqual([])
})

it('reads the bytes again where the worker died between the message and its request', async () => {
  const s = await start({ script: [httpError(500, { type: 'api_error', message: 'try again' }), answer([text('here')])] })
  await s.commands.send('look', undefined, { attachments: [picture] })
  await s.until('model.requested')
  await s.restart()
  await s.until('turn.ended')
  expect(s.server.requests.at(-1)?.body).toContain(DOT)
})

it('counts what is attached as words of others and as private, as a file that is brought in', async () => {
  const s = await start({ script: [answer([text('ok')])] })
  await s.commands.send('plain words')
  await s.until('turn.ended')
  expect(s.journal.state.taint).toMatchObject({ isClosed: false })
  expect(s.journal.state.taint.untrusted).toBeUndefined()
  await s.commands.send('look', undefined, { attachments: [picture] })
  await s.until('message.user', 2)
  const source = 'plan.png, which you attached'
  expect(s.journal.state.taint).toMatchObject({ untrusted: { source }, private: { source } })
})

it('tells a model that takes no pictures in words that there was one', async () => {
  const s = await start({ script: [answer([text('no')])], info: { refuses: ['image', 'document'] } })
  await s.commands.send('look', undefined, { attachments: [picture, paper] })
  await s.until('turn.ended')
  const body = s.server.requests[0]?.body ?? ''
  expect(body).toContain('[The picture plan.png is not shown: this model takes none.]')
  expect(body).toContain('[The document paper.pdf is not shown: this model takes none.]')
  expect(body).not.toContain(DOT)
})

it('[F04] shows the model the picture that a tool read, and goes on with the same bytes', async () => {
  const s = await start({
    script: [answer([tool('read_file', { path: 'dot.png' }, { id: 't1' })]), answer([text('nice')]), answer([text('still')])],
  })
  const bytes = Uint8Array.from(atob(DOT), (letter) => letter.charCodeAt(0))
  await s.commands.importFiles([{ path: 'dot.png', bytes, mode: 'file', mtime: undefined }], 'a test')
  await s.commands.send('look at it')
  await s.until('turn.ended')
  const result = JSON.parse(s.server.requests[1]?.body ?? '{}').messages.at(-1).content[0]
  expect(result.content).toEqual([
    { type: 'text', text: expect.stringContaining('dot.png is a picture:') },
    { type: 'image', source: source(DOT, 'image/png') },
  ])
  await s.restart()
  await s.commands.send('again')
  await s.until('turn.ended', 2)
  expect(s.server.requests[2]?.body).toContain(DOT)
  expect(s.server.problems).toEqual([])
  const ended = (await s.facts()).find(({ type }) => type === 'call.ended')
  expect(ended?.type === 'call.ended' && ended.data.outcome).toMatchObject({ images: [{ name: 'dot.png', width: 1, height: 1 }] })
  expect(ended && contentsNamed(ended)).toHaveLength(1)
})

it('refuses what no message can hold, in a sentence, and nothing waits', async () => {
  const s = await start({ script: [] })
  await expect(s.commands.send('', undefined, { attachments: Array.from({ length: 21 }, () => picture) })).rejects.toThrow(
    'A message takes 20 attachments; these are 21',
  )
  const large: Attachment = { ...picture, data: 'A'.repeat(28_000_000) }
  await expect(s.commands.send('', undefined, { attachments: [large] })).rejects.toThrow('take 20 MB together; these are 21 MB')
  await expect(s.commands.send('  ', undefined, { attachments: [] })).rejects.toThrow('An empty message')
})

it('counts a picture by its points and a document by its pages, never by their letters', () => {
  expect(tokensShown({ type: 'image', mediaType: 'image/png', blob: '', width: 560, height: 280 })).toBe(200)
  expect(tokensShown({ type: 'image', mediaType: 'image/png', blob: '', width: 9000, height: 9000 })).toBe(4784)
  expect(tokensShown({ type: 'document', mediaType: 'application/pdf', blob: '', name: 'p', pages: 2 })).toBe(6000)
  const image = { type: 'image', mediaType: 'image/png', blob: '', width: 28, height: 28 } as const
  expect(tokensAhead([{ type: 'result', call: callId('t'), outcome: { type: 'done', text: 'ab', images: [image] } }])).toBe(2)
  const row = `{"type":"base64","data":"${'A'.repeat(4000)}"}`
  expect(lengthSaid(row, 2.5)).toBe('{"type":"base64",}'.length + 4784 * 2.5)
  expect(lengthSaid('plain', 2.5)).toBe(5)
})
