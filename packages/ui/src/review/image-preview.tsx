import { failureOf, type BlobHash } from '@tabwright/protocol'
import { type JSX, useEffect, useState } from 'react'
import { t } from '../language'
import { bytes } from '../layout/figures'
import type { ChangeSource } from './change-source'
import css from './image-preview.module.css'

export interface ImagePreviewProps {
  readonly source: Pick<ChangeSource, 'readBytes'>
  /** What the browser takes it for. */
  readonly kind: string
  /** `null`: there is none on that side. */
  readonly before: BlobHash | null
  readonly after: BlobHash | null
}

/** A picture before and after. It is drawn as an image only: whatever a drawing holds, no script of it runs and nothing is fetched for it. */
export function ImagePreview({ source, kind, before, after }: ImagePreviewProps): JSX.Element {
  return (
    <section aria-label={t('Picture before and after')} className={css.pair}>
      {before !== null && <Picture key={`before ${before}`} name={t('Before')} source={source} kind={kind} hash={before} />}
      {after !== null && (
        <Picture key={`after ${after}`} name={t(before === null ? 'New' : 'Now')} source={source} kind={kind} hash={after} />
      )}
      {after === null && <p className={css.gone}>{t('Deleted')}</p>}
    </section>
  )
}

type State =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly url: string; readonly size: number }
  | { readonly type: 'failed'; readonly message: string }

interface PictureProps extends Pick<ImagePreviewProps, 'source' | 'kind'> {
  readonly name: string
  readonly hash: BlobHash
}

function Picture({ name, source, kind, hash }: PictureProps): JSX.Element {
  const state = usePicture(source, kind, hash)
  const [measured, setMeasured] = useState<string>()
  const [isUnreadable, setUnreadable] = useState(false)
  const size = state.type === 'ready' ? ` · ${bytes(state.size)}` : ''
  return (
    <figure className={css.picture}>
      <figcaption>
        {name}
        {size}
        {measured !== undefined && ` · ${measured}`}
      </figcaption>
      {state.type === 'loading' && <p role="status">{t('Reading the picture…')}</p>}
      {state.type === 'failed' && <p role="alert">{t('The picture could not be read: {message}', { message: state.message })}</p>}
      {isUnreadable && <p>{t('The browser cannot show this content as a picture.')}</p>}
      {state.type === 'ready' && !isUnreadable && (
        <img
          src={state.url}
          alt={`${name}, ${bytes(state.size)}`}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            if (naturalWidth > 0) setMeasured(`${naturalWidth} × ${naturalHeight}`)
          }}
          onError={() => setUnreadable(true)}
        />
      )}
    </figure>
  )
}

/** The picture under an address of its own, for as long as it is shown. */
function usePicture(source: Pick<ChangeSource, 'readBytes'>, kind: string, hash: BlobHash): State {
  const [state, setState] = useState<State>({ type: 'loading' })
  useEffect(() => {
    let url: string | undefined
    let gone = false
    source.readBytes(hash).then(
      (content) => {
        if (gone) return
        url = URL.createObjectURL(new Blob([content.slice()], { type: kind }))
        setState({ type: 'ready', url, size: content.length })
      },
      (thrown: unknown) => {
        if (!gone) setState({ type: 'failed', message: failureOf(thrown).message })
      },
    )
    return () => {
      gone = true
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [source, kind, hash])
  return state
}
