import type { FrameTexts } from './thread-frame'

let built: Promise<FrameTexts> | undefined

/** The sandbox's two workers as the app ships them, built once for all tests of a run. */
export function frameTexts(): Promise<FrameTexts> {
  built ??= (async () => {
    const { buildFrameBundle } = await import('../../../vite.frame')
    const [kernel, process] = await Promise.all([buildFrameBundle('kernel'), buildFrameBundle('process')])
    return { kernel: kernel.code, process: process.code }
  })()
  return built
}
