import type { PreviewSight } from '@tabwright/protocol'
import { answer, stories, text, tool, type StoryOptions } from '@tabwright/testkit'
import { expect, it } from 'vitest'

const start = stories()
const SHOWN: PreviewSight = {
  status: { type: 'shown' },
  path: '/cart',
  title: 'Shop "one"',
  folder: '',
  port: 5173,
  rows: [
    { n: 1, level: 'log', text: 'hello' },
    { n: 2, level: 'error', text: 'Uncaught TypeError: x is null', source: 'src/app.tsx:7' },
  ],
  errors: 1,
  page: { text: 'Your cart\n2 things', width: 800, height: 600 },
}

interface Asked {
  readonly picture?: boolean
  readonly info?: StoryOptions['info']
}

async function looked(sight?: PreviewSight, { picture, info }: Asked = {}) {
  const input = picture === undefined ? {} : { picture }
  const s = await start({
    // As the app does: no picture is made that nobody wants.
    ...(sight && {
      sight: async (withPicture) => ({ ...sight, picture: withPicture === true ? sight.picture : undefined }) as PreviewSight,
    }),
    ...(info && { info }),
    script: [answer([tool('preview', input, { id: 'p1' })]), answer([text('ok')])],
  })
  await s.commands.send('look')
  await s.until('turn.ended')
  const ended = (await s.facts()).find((event) => event.type === 'call.ended')
  if (ended?.type !== 'call.ended') throw new Error('the call did not end')
  return { outcome: ended.data.outcome, from: ended.data.from, taint: s.journal.state.taint, sent: s.server.requests.at(-1)?.body ?? '' }
}

it('tells where the preview is, its console and its text, unasked, as words of somebody else', async () => {
  const { outcome, from, taint, sent } = await looked(SHOWN)
  expect(outcome).toEqual({
    type: 'done',
    text: [
      'The preview shows /cart of what the program on port 5173 answers, titled "Shop \\"one\\"", with 1 error in its console. It is 800 wide and 600 high.',
      'Its console, newest last:\nlog: hello\nerror src/app.tsx:7: Uncaught TypeError: x is null',
      'Text of the page:\nYour cart\n2 things',
    ].join('\n\n'),
    detail: { summary: '1 error in its console' },
  })
  expect(from).toEqual(['the page in the preview'])
  expect(sent).toContain('May hold what the page in the preview answered')
  expect(taint.untrusted).toBeDefined()
})

it('is bounded whatever a page says', async () => {
  const rows = Array.from({ length: 300 }, (_, n) => ({ n, level: 'warn' as const, text: 'x'.repeat(4000) }))
  const { outcome } = await looked({ ...SHOWN, rows, page: { text: 'y'.repeat(20_000), width: 1, height: 1 } })
  expect(outcome.text.length).toBeLessThan(80_000)
  expect(outcome.text).toContain('(240 older lines left out)')
  expect(outcome.text).toContain('[8000 more characters]')
})

it.each([
  ['that none is open', undefined, 'failed', /No preview is open in this tab\. The person opens it in the Workbench/],
  ['that it is busy', { ...SHOWN, status: { type: 'busy' } }, 'done', /has not answered for seconds/],
  [
    'that it is failed',
    { ...SHOWN, status: { type: 'failed', message: 'It could not start.' } },
    'done',
    /shows nothing of .*It could not start\./,
  ],
  ['that it is ended', { ...SHOWN, status: { type: 'ended', port: 5173 } }, 'done', /port 5173 listens no more/],
  ['that it is none', { ...SHOWN, status: { type: 'none' }, rows: [] }, 'done', /has nothing to show: no folder has an index\.html/],
] as const)('says what there is instead of a page: %s', async (_which, sight, type, said) => {
  const { page: _, ...none } = { page: undefined, ...sight }
  const { outcome } = await looked(sight && { ...sight, ...none })
  expect(outcome.type).toBe(type)
  expect(outcome.text).toMatch(said)
})

/** The smallest picture there is. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const dot = Uint8Array.from(atob(DOT), (letter) => letter.charCodeAt(0))

it('shows a picture where one is wanted, says what it lacks, and keeps it with the call', async () => {
  const { outcome, sent, taint } = await looked({ ...SHOWN, picture: { bytes: dot, lacks: ['a frame'] } }, { picture: true })
  expect(outcome).toMatchObject({
    type: 'done',
    images: [{ type: 'image', name: 'preview.png', width: 1, height: 1 }],
    detail: { summary: '1 error in its console, with a picture' },
  })
  expect(outcome.text).toContain('A picture of it, 1 × 1, comes with this. It lacks a frame.')
  expect(sent).toContain(DOT)
  expect(taint.untrusted).toBeDefined()
})

it('makes no picture that nobody wants', async () => {
  const { outcome, sent } = await looked({ ...SHOWN, picture: { bytes: dot, lacks: [] } })
  expect(outcome).not.toHaveProperty('images')
  expect(sent).not.toContain(DOT)
})

it.each([
  ['none was made', { why: 'the preview has no room on the screen' }, 'There is no picture: the preview has no room on the screen.'],
  ['what came is none', { bytes: new Uint8Array([1, 2, 3]), lacks: [] }, 'preview.png is not a PNG, JPEG, WebP or GIF picture.'],
  ['it is cut off', { bytes: dot.slice(0, 20), lacks: [] }, 'it is cut off or damaged'],
] as const)('says in a sentence that there is no picture: %s', async (_which, made, said) => {
  const { outcome } = await looked({ ...SHOWN, picture: made }, { picture: true })
  expect(outcome).toMatchObject({ type: 'done', detail: { summary: '1 error in its console' } })
  expect(outcome.text).toContain(said)
  expect(outcome.text).toContain('Your cart')
})

it('tells a model that takes no pictures in words that there was one', async () => {
  const { sent } = await looked({ ...SHOWN, picture: { bytes: dot, lacks: [] } }, { picture: true, info: { refuses: ['image'] } })
  expect(sent).toContain('[The picture preview.png is not shown: this model takes none.]')
  expect(sent).not.toContain(DOT)
})
