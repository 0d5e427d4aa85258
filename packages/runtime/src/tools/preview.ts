import { fail, FailureError, type PreviewPicture, type PreviewRow, type PreviewSight } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { ShowPicture } from '../core/ports'
import type { Tool, ToolImage } from '../core/tool'
import { inputSchema, parseInput } from './input'

const input = z.strictObject({
  picture: z.optional(z.boolean().check(z.describe('Whether to be shown a picture of it too. Default false'))),
})

/** Newest lines of the console. */
const MOST_ROWS = 60
const MOST_ROW = 1000
const MOST_TEXT = 12_000

const HOW =
  'The person opens it in the Workbench (Preview). It shows a folder with an index.html, and a program that listens on a port (vite, node) by itself. What a program answers can also be read with curl in the shell.'

export const preview: Tool = {
  spec: {
    name: 'preview',
    description:
      'What the open preview shows now: where it is, the newest lines of its console with errors, and the text of the page as it is laid out. With picture: true also a picture of what a person sees of it now, canvases included; it is drawn from the page’s elements and may differ from the screen in details. It only looks; it opens, clicks and loads nothing, and files that changed load the page anew by themselves.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw, { sight, pictures }) => {
    const { picture: isWanted = false } = parseInput(input, raw)
    const seen = await sight?.(isWanted)
    if (seen === undefined) return fail('unavailable', `No preview is open in this tab. ${HOW}`)
    const { status, page, picture, errors, rows } = seen
    const shown = picture && (await pictureOf(picture, pictures))
    const summary = status.type === 'shown' ? `${errorsText(errors)}${shown?.image ? ', with a picture' : ''}` : 'nothing is shown'
    const parts = [whereText(seen), ...(rows.length > 0 ? [consoleText(rows)] : []), ...(page ? [pageText(page.text)] : [])]
    return {
      text: [...parts, ...(shown ? [shown.text] : [])].join('\n\n'),
      ...(shown?.image && { images: [shown.image] }),
      detail: { summary },
      from: ['the page in the preview'],
    }
  },
}

/** The page made it, so it may be anything: one that is no picture is a sentence. */
async function pictureOf(picture: PreviewPicture, show: ShowPicture): Promise<{ readonly text: string; readonly image?: ToolImage }> {
  if ('why' in picture) return { text: `There is no picture: ${cut(picture.why, MOST_ROW)}.` }
  try {
    const image = await show(picture.bytes, 'preview.png')
    const lacks = picture.lacks.length === 0 ? '' : ` It lacks ${picture.lacks.join(', ')}.`
    return { text: `A picture of it, ${image.width} × ${image.height}, comes with this.${lacks}`, image }
  } catch (thrown) {
    if (thrown instanceof FailureError) return { text: `There is no picture: ${thrown.failure.message}` }
    throw thrown
  }
}

const errorsText = (errors: number): string =>
  errors === 0 ? 'no errors in its console' : `${errors} ${errors === 1 ? 'error' : 'errors'} in its console`

function whereText({ status, path, title, folder, port, page, errors }: PreviewSight): string {
  const what = port === undefined ? `the files of ${folder === '' ? 'the workspace' : folder}` : `what the program on port ${port} answers`
  switch (status.type) {
    case 'none':
      return `The preview is open and has nothing to show: no folder has an index.html, and nobody listens on a port. ${HOW}`
    case 'starting':
      return `The preview is still starting with ${path} of ${what}. Look again in a moment.`
    case 'failed':
      return `The preview shows nothing of ${what}: ${status.message}`
    case 'ended':
      return `The program on port ${status.port} listens no more, so nothing is shown.`
    case 'busy':
      return `The page at ${path} of ${what} has not answered for seconds: a script of it may run without end. Its text cannot be read.`
    case 'shown': {
      const size = page ? ` It is ${page.width} wide and ${page.height} high.` : ' It did not say in time what stands on it.'
      return `The preview shows ${path} of ${what}, titled ${JSON.stringify(title)}, with ${errorsText(errors)}.${size}`
    }
  }
}

function consoleText(rows: readonly PreviewRow[]): string {
  const lines = rows
    .slice(-MOST_ROWS)
    .map(({ level, text, source }) => `${level}${source === undefined ? '' : ` ${source}`}: ${cut(text, MOST_ROW)}`)
  const before = rows.length - lines.length
  return [`Its console, newest last${before > 0 ? ` (${before} older lines left out)` : ''}:`, ...lines].join('\n')
}

const pageText = (text: string): string =>
  text.trim() === '' ? 'The page shows no text.' : `Text of the page:\n${cut(text.trim(), MOST_TEXT)}`

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}… [${text.length - most} more characters]`
