import { createContext, useContext, useEffect, useState } from 'react'
import { blobHash, failureOf, fromBase64, type AttachedContent, type Attachment, type BlobHash } from '@tabwright/protocol'
import { t } from '../language'

/** Reads contents of the session whose conversation is shown. Without it attachments are named and not shown. */
export type ReadBytes = (hash: BlobHash) => Promise<Uint8Array>

/** For whatever shows attachments in a conversation. */
export const AttachedBytes = createContext<ReadBytes | undefined>(undefined)

/** An attachment: in the box with its bytes, in the conversation by their address. */
export type Shown = Attachment | AttachedContent

export type Url =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly url: string; readonly size: number }
  | { readonly type: 'failed'; readonly message: string }

/** The bytes of an attachment under an address of their own, for as long as it is shown. */
export function useUrl(shown: Shown): Url {
  const read = useContext(AttachedBytes)
  const [state, setState] = useState<Url>({ type: 'loading' })
  useEffect(() => {
    let url: string | undefined
    let isOver = false
    bytesOf(shown, read).then(
      (bytes) => {
        if (isOver) return
        url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'mediaType' in shown ? shown.mediaType : 'text/plain' }))
        setState({ type: 'ready', url, size: bytes.length })
      },
      (error: unknown) => {
        if (!isOver) setState({ type: 'failed', message: failureOf(error).message })
      },
    )
    return () => {
      isOver = true
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [shown, read])
  return state
}

async function bytesOf(shown: Shown, read: ReadBytes | undefined): Promise<Uint8Array> {
  if (shown.type === 'text') return new TextEncoder().encode(shown.text)
  if ('data' in shown) {
    const bytes = fromBase64(shown.data)
    if (bytes) return bytes
  } else if (read) return read(blobHash(shown.blob))
  throw new Error(t('Its content is not here.'))
}
