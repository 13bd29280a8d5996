/** Whether an element is in sight, or almost: what nobody sees asks for nothing. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** How far out of sight it may be. */
const MARGIN = "200px";

/** See the module's description. */
export function useVisible(place: RefObject<Element | null>): boolean {
  const [isVisible, setVisible] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => setVisible(entries.at(-1)!.isIntersecting),
      { rootMargin: MARGIN },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [place]);
  return isVisible;
}
