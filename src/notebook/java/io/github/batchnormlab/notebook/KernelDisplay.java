package io.github.batchnormlab.notebook;

import com.google.gson.Gson;
import io.github.batchnormlab.report.Picture;
import java.util.List;
import java.util.Map;
import org.rapaio.jupyter.kernel.display.DisplayData;
import org.rapaio.jupyter.kernel.display.DisplayRenderer;
import org.rapaio.jupyter.kernel.display.DisplayTransformer;
import org.rapaio.jupyter.kernel.display.spi.DisplayProvider;

/** Shows a {@link Picture} in Jupyter, for {@link java.util.ServiceLoader}. */
public final class KernelDisplay implements DisplayProvider {

  /** For the loader. */
  public KernelDisplay() {}

  @Override
  public List<DisplayRenderer> getDisplayRenderers() {
    return List.of(new OfPicture());
  }

  @Override
  public List<DisplayTransformer> getDisplayTransformers() {
    return List.of();
  }

  private static final class OfPicture implements DisplayRenderer {
    @Override
    public Class<?> rendererClass() {
      return Picture.class;
    }

    @Override
    public boolean canRender(String mime) {
      return true;
    }

    @Override
    public DisplayData render(String mime, Object value) {
      var picture = (Picture) value;
      DisplayData data = DisplayData.withType(Outputs.PNG, picture.png());
      // As a map, because the kernel writes it with a Gson of its own.
      data.putData(Picture.PLOTLY, new Gson().fromJson(picture.json(), Map.class));
      return data;
    }
  }
}
