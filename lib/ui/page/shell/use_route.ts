/** The place that the address of the page names, in a component that is drawn again when it changes. */
import { useEffect, useState } from "preact/hooks";
import { type Route, routeOf } from "../data/route.ts";

/** See the module's description. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return routeOf(hash);
}
