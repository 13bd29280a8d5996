/** A bar for a share of a whole. */

/** See the module's description. Its figure stands beside it, as text. */
export function Meter({ share }: { readonly share: number }) {
  return (
    <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="8" />
      <rect class="value" width={Math.max(0, Math.min(1, share)) * 100} height="8" />
    </svg>
  );
}
