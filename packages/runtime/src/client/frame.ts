import { KERNEL_FRAME_PATH, sandboxOrigin } from '@tabwright/protocol'

const BOOT_MS = 15_000
// A server that gives frames names of their own is on this machine.
const OWN_NAME_MS = 3000

/** A locked frame in the page: the port to the sandbox in it, and its end. */
export interface FrameHandle {
  readonly port: MessagePort
  close(): void
}

/** A frame without a look: it must be in the document to run, and nothing of it may be seen, focused or read aloud. */
function hiddenFrame(): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.setAttribute('allow', 'cross-origin-isolated')
  frame.setAttribute('referrerpolicy', 'no-referrer')
  frame.setAttribute('aria-hidden', 'true')
  frame.tabIndex = -1
  frame.title = 'Sandbox'
  // Not display:none, which some browsers take as a reason to throttle. In the corner: below the app it would make the page scroll.
  frame.style.cssText = 'position:fixed;inset:0 auto auto 0;inline-size:1px;block-size:1px;border:0;opacity:0;pointer-events:none'
  return frame
}

/** Where a frame is loaded from. */
interface Place {
  /** Empty: from the root of the app's own, as the page's address may be that of a session. */
  readonly origin: string
  readonly withinMs: number
}

/**
 * Puts up a locked frame with the sandbox's page and connects it. The port may be handed to a worker. Where the app's server has names for
 * frames it gets one, and with it a process of its own in the browser.
 * @param parent where the frame hangs; it must stay in the document
 * @throws Error when the frame does not load within 15 s
 */
export async function openKernelFrame(parent: HTMLElement): Promise<FrameHandle> {
  const origin = await ownOrigin()
  const own = origin === undefined ? undefined : await connected(parent, { origin, withinMs: OWN_NAME_MS })
  const frame = own ?? (await connected(parent, { origin: '', withinMs: BOOT_MS }))
  if (frame === undefined) throw new Error(`The sandbox's frame did not load within ${BOOT_MS / 1000} s.`)
  return frame
}

/** A name for one frame, where the server has them: the frame's page then says that another origin may embed it. */
async function ownOrigin(): Promise<string | undefined> {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const origin = sandboxOrigin(location, id)
  if (origin === undefined) return undefined
  // A server that is gone has no names either; the frame may still come from what the browser kept.
  const page = await fetch(KERNEL_FRAME_PATH, { method: 'HEAD' }).catch(() => undefined)
  return page?.headers.get('cross-origin-resource-policy') === 'cross-origin' ? origin : undefined
}

/**
 * The frame's page at the app's own origin. No service worker answers for a locked frame, so without the server it comes from what the
 * browser keeps of itself: under the build's name it may be kept for good.
 */
function ownFrame(): string {
  const build = pageBuild()
  return build === undefined ? KERNEL_FRAME_PATH : `${KERNEL_FRAME_PATH}?v=${build}`
}

/** Which build this page is of; undefined in development. */
export function pageBuild(): string | undefined {
  const build = document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content
  return build === '' ? undefined : build
}

/** Loads the frame's page once as the sandbox does when the server is away, so that the browser has it then. False when it does not answer. */
export async function keepKernelFrame(parent: HTMLElement): Promise<boolean> {
  const frame = await connected(parent, { origin: '', withinMs: BOOT_MS })
  frame?.close()
  return frame !== undefined
}

/** Undefined when the page of the frame does not answer. */
function connected(parent: HTMLElement, { origin, withinMs }: Place): Promise<FrameHandle | undefined> {
  const frame = hiddenFrame()
  const { port1: port, port2 } = new MessageChannel()
  const watch = new AbortController()
  const close = (): void => {
    port.close()
    frame.remove()
  }
  return new Promise((resolve) => {
    const end = (handle: FrameHandle | undefined): void => {
      watch.abort()
      clearTimeout(timer)
      if (handle === undefined) close()
      resolve(handle)
    }
    const timer = setTimeout(() => end(undefined), withinMs)
    const { signal } = watch
    // The first word of the frame's page; everything after it is for whoever gets the port.
    port.addEventListener('message', () => end({ port, close }), { signal, once: true })
    port.start()
    // Any origin: the frame's own is opaque and cannot be named.
    frame.addEventListener('load', () => frame.contentWindow?.postMessage({ type: 'connect' }, '*', [port2]), { signal, once: true })
    frame.src = origin === '' ? ownFrame() : `${origin}${KERNEL_FRAME_PATH}`
    parent.append(frame)
  })
}
