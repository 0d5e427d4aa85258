import { fail, PICTURE_BYTES, PICTURE_SIDE, pictureSize, pictureType, withoutMetadata } from '@tabwright/protocol'
import type { ToolImage } from '../core/tool'

/** Points of a picture that is opened to be made smaller: unpacked it takes four bytes for each. */
const MOST_POINTS = 100_000_000
/** Drawings stay sharp as PNG; a photograph would be ten times as large as it need be. */
const DRAWING_BYTES = 1_500_000

/**
 * A picture as a model is shown it: no larger than it sees, without what cameras write beside it. What is small enough stays as it is, but for that.
 * @param name for the sentence, where it cannot be shown
 * @throws FailureError `bad_input` for what is no picture of a kind that models take, `too_large`
 */
export async function shownPicture(bytes: Uint8Array, name: string): Promise<ToolImage> {
  const type = pictureType(bytes)
  if (type === undefined) return fail('bad_input', `${name} is not a PNG, JPEG, WebP or GIF picture.`)
  const size = pictureSize(bytes)
  if (size === undefined || size.width * size.height === 0)
    return fail('bad_input', `${name} cannot be read as a picture: it is cut off or damaged.`)
  if (size.width * size.height > MOST_POINTS)
    return fail('too_large', `${name} is ${size.width} × ${size.height} points, more than can be opened here. Make it smaller first.`)
  const plain = withoutMetadata(bytes)
  // Of moving pictures models see the first frame.
  const isFine = type !== 'image/gif' && Math.max(size.width, size.height) <= PICTURE_SIDE && plain.length <= PICTURE_BYTES
  return isFine ? { bytes: plain, mediaType: type, name, ...size } : drawnAnew(plain, type, name)
}

async function drawnAnew(bytes: Uint8Array, type: string, name: string): Promise<ToolImage> {
  if (typeof OffscreenCanvas === 'undefined')
    return fail(
      'too_large',
      `${name} is larger than models are shown, and this browser cannot make it smaller. Make it at most ${PICTURE_SIDE} points wide and high.`,
    )
  const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type })).catch(() =>
    fail('bad_input', `${name} cannot be read as a picture: it is cut off or damaged.`),
  )
  const scale = Math.min(1, PICTURE_SIDE / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d') ?? fail('unavailable', 'This browser cannot draw pictures here.')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  const drawn = await encoded(canvas, type)
  if (drawn.size > PICTURE_BYTES) return fail('too_large', `${name} is still larger than 5 MB when it is made smaller.`)
  return { bytes: new Uint8Array(await drawn.arrayBuffer()), mediaType: drawn.type, name, width, height }
}

async function encoded(canvas: OffscreenCanvas, type: string): Promise<Blob> {
  if (type === 'image/png' || type === 'image/gif') {
    const drawing = await canvas.convertToBlob({ type: 'image/png' })
    if (drawing.size <= DRAWING_BYTES) return drawing
  }
  // JPEG has no transparency; browsers that cannot write WebP give a PNG.
  const wanted = type === 'image/jpeg' ? 'image/jpeg' : 'image/webp'
  return canvas.convertToBlob({ type: wanted, quality: 0.88 })
}
