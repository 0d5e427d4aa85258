import { useEffect } from 'react'

/** The page is named for what it shows. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title
  }, [title])
}
