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

let packed: Promise<Buffer> | undefined

let bundler: Promise<Buffer> | undefined

/** The bundler as the app ships it. A copy each time, as of Python. */
export async function bundlerPack(): Promise<ArrayBuffer> {
  bundler ??= (async () => {
    const [{ buildBundlerPack }, { buildFrameBundle }] = await Promise.all([import('../../../vite.bundler'), import('../../../vite.frame')])
    return buildBundlerPack(buildFrameBundle)
  })()
  return new Uint8Array(await bundler).slice().buffer
}

/** Python as the app ships it. A copy each time: whoever takes it hands it over. */
export async function pythonPack(): Promise<ArrayBuffer> {
  packed ??= (async () => {
    const [{ buildPythonPack }, { buildFrameBundle }] = await Promise.all([import('../../../vite.python'), import('../../../vite.frame')])
    return buildPythonPack(buildFrameBundle)
  })()
  return new Uint8Array(await packed).slice().buffer
}
