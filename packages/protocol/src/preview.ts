import * as z from 'zod/mini'

// The app's policy allows no `eval`, and trying it is a line in everybody's console.
z.config({ jitless: true })

/**
 * What the app and a page of a preview say to each other, over two ports: words and orders on one, requests and answers on the other.
 * Whatever comes out of the preview is somebody else's: it is parsed here and is text.
 */

/** Longer texts are cut by the page's script; one that is longer still is no message of ours. */
export const MAX_PREVIEW_TEXT = 4000

/** Of the text of a whole page. */
export const MAX_SEEN_TEXT = 20_000

/** Of a picture of a page, in bytes. */
export const MAX_SEEN_PICTURE = 3_000_000

const Text = z.string().check(z.maxLength(MAX_PREVIEW_TEXT + 100))
const Path = z.string().check(z.maxLength(2000), z.startsWith('/'))
const Source = z.string().check(z.maxLength(2000))
const Lack = z.string().check(z.maxLength(200))
const PictureBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= MAX_SEEN_PICTURE)
const Level = z.enum(['log', 'info', 'debug', 'warn', 'error'])

/** How loud a line of a page's console is. */
export type PreviewLevel = z.infer<typeof Level>

const Word = z.discriminatedUnion('type', [
  /** A page is there. `isLocked`: it could not reach the page around it. */
  z.object({ type: z.literal('hello'), path: Path, isLocked: z.boolean() }),
  /** Where the page is now, and what it calls itself. */
  z.object({ type: z.literal('at'), path: Path, title: Text }),
  z.object({ type: z.literal('console'), level: Level, text: Text, source: z.optional(Source) }),
  /** So many lines were not sent. */
  z.object({ type: z.literal('dropped'), lines: z.int().check(z.gte(1)) }),
  z.object({ type: z.literal('pong'), n: z.int() }),
  z.object({ type: z.literal('failed'), why: Text }),
  /** What stands on the page, as it was asked for. */
  z.object({
    type: z.literal('seen'),
    n: z.int(),
    text: z.string().check(z.maxLength(MAX_SEEN_TEXT)),
    width: z.int(),
    height: z.int(),
  }),
  /** A picture of it, PNG or JPEG. `lacks`: what stands on the page and not in the picture. */
  z.object({ type: z.literal('pictured'), n: z.int(), bytes: PictureBytes, lacks: z.array(Lack).check(z.maxLength(10)) }),
  z.object({ type: z.literal('unpictured'), n: z.int(), why: Text }),
])

/** What the script in a page says. */
export type PageWord = z.infer<typeof Word>

/** What the app tells the script in a page. */
export type PreviewOrder =
  | { readonly type: 'go'; readonly path: string }
  | { readonly type: 'reload' }
  | { readonly type: 'back' }
  | { readonly type: 'forward' }
  | { readonly type: 'styles' }
  | { readonly type: 'ping'; readonly n: number }
  | { readonly type: 'look'; readonly n: number }
  | { readonly type: 'picture'; readonly n: number }

/** Of an address that a page asks for, with its query. A longer one is refused in the page. */
export const MAX_PREVIEW_PATH = 60_000

const Request = z.object({
  type: z.literal('get'),
  id: z.int(),
  method: z.string().check(z.maxLength(20)),
  /** With its query. */
  path: z.string().check(z.maxLength(MAX_PREVIEW_PATH)),
  /** A page is wanted, not something in one. */
  isPage: z.boolean(),
  /** What is to be done with an answer that leads elsewhere; left out: it is followed. */
  redirect: z.optional(z.enum(['follow', 'manual', 'error'])),
  headers: z.array(z.tuple([z.string().check(z.maxLength(256)), z.string().check(z.maxLength(65_536))])).check(z.maxLength(100)),
  body: z.optional(z.custom<Uint8Array>((value) => value instanceof Uint8Array)),
  /** An answer that goes on may come piece by piece. */
  takesPieces: z.optional(z.literal(true)),
})

/** A request of a page. */
export type FilesRequest = z.infer<typeof Request>

const Drop = z.object({ type: z.literal('drop'), id: z.int() })
const Asking = z.discriminatedUnion('type', [Request, Drop])

/** What the page gets for it. */
export interface FilesAnswer {
  readonly type: 'answer'
  readonly id: number
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
  /** Where the answer came from, where that was not what was asked for. */
  readonly redirectedTo?: string
  /** The rest comes as {@link StreamPiece}s over the port that came with this. */
  readonly isOpen?: true
}

/** The rest of an answer, as it comes. Of pieces that nobody took there are only so many. */
export type StreamPiece =
  | { readonly type: 'piece'; readonly bytes: Uint8Array }
  /** Over; `why`: it broke off. */
  | { readonly type: 'end'; readonly why?: string }

const Taking = z.discriminatedUnion('type', [z.object({ type: z.literal('took') }), z.object({ type: z.literal('drop') })])

/** To whoever sends the pieces: one was taken, or nobody wants the rest. */
export type StreamTaking = z.infer<typeof Taking>

/** Undefined for whatever is none. */
export function parseStreamTaking(data: unknown): StreamTaking | undefined {
  return Taking.safeParse(data).data
}

/** Undefined for whatever is none. */
export function parsePageWord(data: unknown): PageWord | undefined {
  return Word.safeParse(data).data
}

/** Undefined for whatever is none. */
export function parseFilesRequest(data: unknown): z.infer<typeof Asking> | undefined {
  return Asking.safeParse(data).data
}

/** A line of a page's console. */
export interface PreviewRow {
  readonly n: number
  readonly level: PreviewLevel
  readonly text: string
  /** File and line. */
  readonly source?: string
}

/** How it stands with the page. `busy`: it has not answered for seconds. */
export type PreviewStatus =
  | { readonly type: 'none' }
  | { readonly type: 'starting' }
  | { readonly type: 'shown' }
  | { readonly type: 'busy' }
  | { readonly type: 'failed'; readonly message: string }
  /** The program whose pages were shown listens no more. */
  | { readonly type: 'ended'; readonly port: number }

/** A preview as a person sees it. */
export interface PreviewView {
  readonly status: PreviewStatus
  /** Below the folder that is served. */
  readonly path: string
  readonly title: string
  /** Folders of the workspace that have an `index.html`; the empty text is the workspace itself. */
  readonly folders: readonly string[]
  readonly folder: string
  /** Where programs of the sandbox listen, ascending. */
  readonly ports: readonly number[]
  /** The program that is shown; left out: files of the workspace. */
  readonly port?: number | undefined
  /** Newest last. */
  readonly rows: readonly PreviewRow[]
  /** How many of all lines since the page was loaded were errors. */
  readonly errors: number
}

/** What a preview shows, for whoever does not see it. All of its texts are somebody else's. */
export interface PreviewSight extends Pick<PreviewView, 'status' | 'path' | 'title' | 'folder' | 'port' | 'rows' | 'errors'> {
  /** Left out: nothing is shown, or the page did not answer. */
  readonly page?: { readonly text: string; readonly width: number; readonly height: number }
  /** Left out: nobody asked for one, or nothing is shown. */
  readonly picture?: PreviewPicture
}

/** A picture of a page as it stood, or why there is none. */
export type PreviewPicture = { readonly bytes: Uint8Array; readonly lacks: readonly string[] } | { readonly why: string }
