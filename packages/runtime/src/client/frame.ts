const BOOT_MS = 15_000

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
  // Not display:none, which some browsers take as a reason to throttle.
  frame.style.cssText = 'position:absolute;inline-size:1px;block-size:1px;border:0;opacity:0;pointer-events:none'
  return frame
}

/**
 * Puts up a locked frame with the sandbox's page and connects it. The port may be handed to a worker.
 * @param parent where the frame hangs; it must stay in the document
 * @throws Error when the frame does not load within 15 s
 */
export function openKernelFrame(parent: HTMLElement): Promise<FrameHandle> {
  const frame = hiddenFrame()
  const channel = new MessageChannel()
  return new Promise((resolve, reject) => {
    const close = (): void => {
      channel.port1.close()
      frame.remove()
    }
    const timer = setTimeout(() => {
      close()
      reject(new Error(`The sandbox's frame did not load within ${BOOT_MS / 1000} s.`))
    }, BOOT_MS)
    frame.addEventListener(
      'load',
      () => {
        clearTimeout(timer)
        // Any origin: the frame's own is opaque and cannot be named.
        frame.contentWindow?.postMessage({ type: 'connect' }, '*', [channel.port2])
        resolve({ port: channel.port1, close })
      },
      { once: true },
    )
    // From the root: the page's own address may be that of a session.
    frame.src = '/frame/kernel.html'
    parent.append(frame)
  })
}
