import { createContext, destroyContext, domToCanvas } from 'modern-screenshot'
import { MAX_SEEN_PICTURE, type PageWord } from '@tabwright/protocol'
import { asItStands, inPairs } from './picture-copy'
import { lacksOf } from './picture-lacks'

/** Models see no more of a picture than this on its longer side. */
const MOST_SIDE = 1568
/** Each costs a look at all of its styles, in the page's own thread. */
const MOST_ELEMENTS = 6000
/** What the page has not loaded by then is not in the picture. */
const LOAD_MS = 2000
/** Less than the app waits. */
const WHOLE_MS = 8000
/** A page that nobody sees draws no frames. */
const FRAME_MS = 250
/** Drawings stay sharp as PNG; photographs would be ten times as large as they need be. */
const DRAWING_BYTES = 1_500_000

type Pictured = Omit<Extract<PageWord, { readonly type: 'pictured' }>, 'n'> | Omit<Extract<PageWord, { readonly type: 'unpictured' }>, 'n'>

/** The page as a person sees it now, from its elements with their styles: a page may not look at its own points. */
export async function takePicture(): Promise<Pictured> {
  const elements = document.querySelectorAll('*').length
  if (elements > MOST_ELEMENTS) return none(`the page has ${elements} elements, and a picture is made of ${MOST_ELEMENTS} at most`)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Pictured>((resolve) => {
    timer = setTimeout(() => resolve(none(`it was not done within ${WHOLE_MS / 1000} s`)), WHOLE_MS)
  })
  try {
    return await Promise.race([drawn(), late])
  } catch (thrown) {
    return none(String(thrown).slice(0, 500))
  } finally {
    clearTimeout(timer)
  }
}

const none = (why: string): Pictured => ({ type: 'unpictured', why })

async function drawn(): Promise<Pictured> {
  const { clientWidth: width, clientHeight: height } = document.documentElement
  if (width * height === 0) return none('the preview has no room on the screen')
  const background = backgroundOf(document.documentElement) ?? backgroundOf(document.body) ?? defaultBackground()
  const pairs = inPairs(document.documentElement, asItStands(document))
  const context = await createContext(document.documentElement, {
    width,
    height,
    scale: Math.min(1, MOST_SIDE / Math.max(width, height)),
    backgroundColor: background,
    timeout: LOAD_MS,
    style: { overflow: 'visible' },
    filter: (node) => {
      // The second is the library's own, in which it looks up what styles are when nobody says anything.
      if (node === document.head || (node instanceof HTMLIFrameElement && node.id.startsWith('__SANDBOX__'))) return false
      pairs.begins(node)
      return true
    },
    onCloneEachNode: pairs.ends,
  })
  try {
    // All is copied before the frame is over: what a game drew into WebGL is gone with it.
    await nextFrame()
    const [frames, canvases, videos] = [
      document.querySelectorAll('iframe'),
      document.querySelectorAll('canvas'),
      document.querySelectorAll('video'),
    ]
    const lacks = lacksOf({ frames, canvases, videos }, readPoint)
    const { bytes, type } = await encoded(await domToCanvas(context))
    if (bytes.length > MAX_SEEN_PICTURE)
      return none(`its ${type} is ${bytes.length} bytes, more than the ${MAX_SEEN_PICTURE} that are taken`)
    return { type: 'pictured', bytes, lacks }
  } finally {
    destroyContext(context)
  }
}

function backgroundOf(element: Element): string | undefined {
  const { backgroundColor } = getComputedStyle(element)
  return /^(?:transparent|rgba\(.*, 0\))$/.test(backgroundColor) ? undefined : backgroundColor
}

/** What the browser puts behind a page that says nothing of it. */
function defaultBackground(): string {
  const isDark =
    /\bdark\b/.test(getComputedStyle(document.documentElement).colorScheme) && matchMedia('(prefers-color-scheme: dark)').matches
  return isDark ? '#121212' : '#ffffff'
}

/** Through a canvas of its own: one that has no kind yet must not be given one. */
function readPoint(canvas: HTMLCanvasElement): void {
  if (canvas.width * canvas.height === 0) return
  const probe = document.createElement('canvas')
  probe.width = probe.height = 1
  const context = probe.getContext('2d')
  context?.drawImage(canvas, 0, 0, 1, 1)
  context?.getImageData(0, 0, 1, 1)
}

/** Behind what the page does in its next frame: it asked for that one earlier. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, FRAME_MS)
    requestAnimationFrame(() => {
      clearTimeout(late)
      resolve()
    })
  })
}

async function encoded(canvas: HTMLCanvasElement): Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string }> {
  const png = await blobOf(canvas, 'image/png')
  const blob = png.size <= DRAWING_BYTES ? png : await blobOf(canvas, 'image/jpeg')
  return { bytes: new Uint8Array(await blob.arrayBuffer()), type: blob.type }
}

function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The browser gave no picture.')) : resolve(blob)), type, 0.85)
  })
}
