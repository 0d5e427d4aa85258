/** The locked frame of a session and the one port into it. */
export interface KernelFrame {
  readonly port: MessagePort
  close(): void
}

const FRAME_MS = 10_000

/**
 * Puts up the locked frame: an opaque origin without network, where code that nobody trusts may run. Rejects when its document
 * does not load in 10 s.
 */
export async function openKernelFrame(parent: HTMLElement): Promise<KernelFrame> {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.setAttribute('allow', 'cross-origin-isolated')
  frame.setAttribute('aria-hidden', 'true')
  frame.tabIndex = -1
  frame.title = 'Sandbox'
  frame.hidden = true
  frame.src = '/frame/kernel.html'
  const loaded = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The sandbox’s frame did not load within 10 s.')), FRAME_MS)
    frame.addEventListener('load', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  parent.append(frame)
  try {
    await loaded
  } catch (error) {
    frame.remove()
    throw error
  }
  const { port1, port2 } = new MessageChannel()
  // The frame's origin is opaque, so only `*` can name it; the port goes to this very window.
  frame.contentWindow?.postMessage({ type: 'connect' }, '*', [port2])
  return {
    port: port1,
    close: () => {
      port1.close()
      frame.remove()
    },
  }
}
