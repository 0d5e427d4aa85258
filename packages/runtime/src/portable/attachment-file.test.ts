import { deflateSync } from 'node:zlib'
import { failureOf, fromBase64, pictureSize } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { readAttachment } from './attachment-file'

const read = (content: string | Uint8Array<ArrayBuffer>, name: string) => readAttachment(new Blob([content]), name)
const refused = async (content: string | Uint8Array<ArrayBuffer>, name: string): Promise<string> => {
  const failure = await read(content, name).then(() => undefined, failureOf)
  return failure?.message ?? 'it was taken'
}
const latin = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const four = (value: number): string => String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
const chunk = (type: string, data: string): string => `${four(data.length)}${type}${data}CRC!`
const png = (width: number, height: number, more = ''): Uint8Array<ArrayBuffer> =>
  latin(`\x89PNG\r\n\x1a\n${chunk('IHDR', `${four(width)}${four(height)}\x08\x06\0\0\0`)}${more}${chunk('IDAT', 'x')}${chunk('IEND', '')}`)

describe('a file that is attached', () => {
  it('[O36] is a picture by its content, without what the camera wrote beside it', async () => {
    const one = await read(png(640, 480, chunk('tEXt', 'Author\0Ada at home')), 'holiday.jpeg')
    expect(one).toMatchObject({ type: 'image', name: 'holiday.jpeg', mediaType: 'image/png', width: 640, height: 480 })
    expect(one.type === 'image' && fromBase64(one.data)).toEqual(png(640, 480))
  })

  it('is a document with its pages counted, those that are packed as well', async () => {
    const packed = deflateSync(latin('<</Type/Page/Parent 1 0 R>> <</Type /Page>> <</Type/Pages>>')).toString('latin1')
    const pdf = `%PDF-1.7\n1 0 obj<</Type/Pages/Count 3>>\n2 0 obj<</Type/Page>>\n3 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n${packed}\nendstream`
    expect(await read(latin(pdf), 'paper')).toMatchObject({ type: 'document', name: 'paper', pages: 3 })
  })

  it('is a text where it is one, under one line as its name', async () => {
    expect(await read('a,b\n1,2\n', 'my\n\u202Etable.csv')).toEqual({ type: 'text', name: 'my table.csv', text: 'a,b\n1,2\n' })
  })

  it('is refused with what can be attached, or what can be done', async () => {
    expect(await refused(latin('PK\x03\x04\0\0'), 'all.zip')).toBe(
      'all.zip cannot be attached. What can: PNG, JPEG, WebP and GIF pictures, PDF documents and text files.',
    )
    expect(await refused('', 'nothing.txt')).toBe('nothing.txt is empty.')
    expect(await refused('x'.repeat(1_000_001), 'log.txt')).toContain('has 1000001 characters; a message takes 1000000')
    expect(await refused(latin('%PDF-1.4 <</Encrypt 9 0 R>>'), 'locked.pdf')).toContain('locked with a password')
    expect(await refused(latin(`%PDF-1.4 ${'<</Type/Page>>'.repeat(101)}`), 'book.pdf')).toContain('has 101 pages; a document may have 100')
    expect(await refused(latin(`%PDF-1.4 ${' '.repeat(15_000_000)}`), 'scan.pdf')).toContain('a document may have 15 MB')
    expect(await refused(png(20_000, 20_000), 'huge.png')).toContain('20000 × 20000 points')
    expect(await refused(latin('\x89PNG\r\n\x1a\n'), 'cut.png')).toContain('cut off or damaged')
  })
})

it('reads how large a picture is, of each kind', () => {
  const jpeg = latin('\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x01\x02\x03\x04\x03')
  expect(pictureSize(jpeg)).toEqual({ width: 0x304, height: 0x102 })
  expect(pictureSize(latin('GIF89a\x05\x01\x06\0'))).toEqual({ width: 261, height: 6 })
  const webp = (kind: string, rest: string): Uint8Array => latin(`RIFF\0\0\0\0WEBP${kind}\x0a\0\0\0${rest}`.padEnd(40, '\0'))
  expect(pictureSize(webp('VP8X', '\0\0\0\0\x0f\0\0\x1f\0\0'))).toEqual({ width: 16, height: 32 })
  expect(pictureSize(webp('VP8 ', '\0\0\0\x9d\x01\x2a\x10\0\x20\0'))).toEqual({ width: 16, height: 32 })
  expect(pictureSize(latin('plain text'))).toBeUndefined()
})
